namespace PromptGateway.Tests.Prompts;

/// <summary>A source of samples that fails.</summary>
internal sealed class BrokenRandom : Random
{
    public override double NextDouble() => throw new InvalidOperationException("A fault of the draw.");
}
