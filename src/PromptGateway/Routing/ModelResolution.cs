using PromptGateway.Chat;

namespace PromptGateway.Routing;

/// <summary>What a requested model name stands for. Cached per name, so that a request allocates nothing for it.</summary>
internal sealed class ModelResolution(string name, Target[] targets)
{
    private readonly Target[] _openAI = Array.FindAll(targets, t => t.Upstream.Provider.Speaks(Dialect.OpenAI));
    private readonly Target[] _anthropic = Array.FindAll(targets, t => t.Upstream.Provider.Speaks(Dialect.Anthropic));

    /// <summary>As the client spelled it.</summary>
    public string Name { get; } = name;

    /// <summary>All targets, in order of preference, whatever API they speak.</summary>
    public ReadOnlySpan<Target> All => targets;

    public Target[] For(Dialect dialect) => dialect == Dialect.Anthropic ? _anthropic : _openAI;
}
