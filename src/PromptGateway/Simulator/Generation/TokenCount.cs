using PromptGateway.Tokens;

namespace PromptGateway.Simulator.Generation;

/// <summary>The simulator's one way to count tokens: o200k_base, whatever the model.</summary>
internal static class TokenCount
{
    public static int Of(ReadOnlySpan<char> text) => text.IsEmpty ? 0 : Tokenizer.O200k.Count(text);
}
