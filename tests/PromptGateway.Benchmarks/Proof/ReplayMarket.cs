namespace PromptGateway.Benchmarks.Proof;

/// <summary>How a provider caches prompts and what it asks for them, as shares of an input token.</summary>
internal sealed record ReplayMarket(string Name, double Cached, double Written, bool IsExplicit)
{
    /// <summary>Whether the client marks the end of its prompts itself.</summary>
    public bool ClientMarks { get; init; }

    public static IReadOnlyList<ReplayMarket> All { get; } =
    [
        new("automatic, cached at 0.1", 0.1, 1, IsExplicit: false),
        new("automatic, cached at 0.5", 0.5, 1, IsExplicit: false),
        new("automatic, cached at 0.1, written at 1.25", 0.1, 1.25, IsExplicit: false),
        new("explicit, marked by the client", 0.1, 1.25, IsExplicit: true) { ClientMarks = true },
        new("explicit, not marked by the client", 0.1, 1.25, IsExplicit: true),
    ];
}
