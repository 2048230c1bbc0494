namespace PromptGateway.Prompts.Policies;

/// <summary>What a policy made of one part of a prompt. Immutable, shared by all turns that have the part.</summary>
internal sealed class SegmentResult
{
    private const int Overhead = 160;
    private const int PerSaving = 16;

    /// <summary>The new literal; null when the part stays as it is.</summary>
    public byte[]? Literal { get; init; }

    /// <summary>Bytes of its text as it goes upstream.</summary>
    public int TextLength { get; init; }

    /// <summary>True when it stays as it is because the time was over when it was first seen.</summary>
    public bool IsLeft { get; init; }

    /// <summary>Bytes of text that each transform took out, by its place in the policy.</summary>
    public IReadOnlyList<(int Transform, long Saved)> Savings { get; init; } = [];

    /// <summary>About the bytes of memory that it takes with its key.</summary>
    public int Size => Overhead + (Literal?.Length ?? 0) + (Savings.Count * PerSaving);
}
