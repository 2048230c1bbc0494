using PromptGateway.Chat;

namespace PromptGateway.Routing;

/// <summary>What a requested model name stands for. Cached per name, so that a request allocates nothing for it.</summary>
internal sealed class ModelResolution(string name, Target[] targets)
{
    private readonly Target[] _openAI = Pick(targets, Dialect.OpenAI, passThrough: false);
    private readonly Target[] _anthropic = Pick(targets, Dialect.Anthropic, passThrough: false);
    private readonly Target[] _openAIPassThrough = Pick(targets, Dialect.OpenAI, passThrough: true);
    private readonly Target[] _anthropicPassThrough = Pick(targets, Dialect.Anthropic, passThrough: true);

    /// <summary>As the client spelled it.</summary>
    public string Name { get; } = name;

    /// <summary>All targets, in order of preference, whatever API they speak.</summary>
    public ReadOnlySpan<Target> All => targets;

    /// <param name="dialect">The API that the client speaks.</param>
    /// <param name="passThrough">True when the caller brings its own provider key, which only some upstreams take, and only those.</param>
    public Target[] For(Dialect dialect, bool passThrough) =>
        (dialect, passThrough) switch
        {
            (Dialect.Anthropic, false) => _anthropic,
            (Dialect.Anthropic, true) => _anthropicPassThrough,
            (_, false) => _openAI,
            (_, true) => _openAIPassThrough,
        };

    private static Target[] Pick(Target[] targets, Dialect dialect, bool passThrough) =>
        Array.FindAll(targets, t => t.Upstream.Provider.Speaks(dialect) && t.Upstream.PassThrough == passThrough);
}
