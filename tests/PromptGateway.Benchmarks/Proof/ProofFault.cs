namespace PromptGateway.Benchmarks.Proof;

/// <summary>One promise that a policy broke.</summary>
internal sealed record ProofFault(int Seed, string Policy, ProofKind Kind, string What)
{
    public override string ToString() => $"seed {Seed}, {Policy}, {Kind}: {What}";
}
