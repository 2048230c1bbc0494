using PromptGateway.Simulator.Behavior;
using PromptGateway.Simulator.Caching;

namespace PromptGateway.Simulator;

/// <summary>How a <see cref="SimulatorHost"/> answers by default, and the bounds of its memory.</summary>
internal sealed record SimulatorOptions
{
    /// <summary>Bearer secret that callers must send; null generates one (<see cref="SimulatorHost.Secret"/>).</summary>
    public string? Secret { get; init; }

    /// <summary>What a request gets that says nothing else.</summary>
    public SimulatorBehavior Behavior { get; init; } = new();

    public PromptCacheOptions PromptCache { get; init; } = new();

    /// <summary>Models listed by <c>/v1/models</c>. Any other model name is answered too.</summary>
    public IReadOnlyList<string> Models { get; init; } =
    [
        "gpt-5.6",
        "gpt-5.4",
        "gpt-5.4-mini",
        "gpt-5-mini",
        "gpt-5-nano",
        "gpt-4.1",
        "gpt-4.1-mini",
        "gpt-4o",
        "gpt-4o-mini",
        "o4-mini",
        "claude-opus-5",
        "claude-sonnet-5",
        "claude-haiku-4-5",
        "text-embedding-3-small",
        "text-embedding-3-large",
        "gpt-image-1",
        "gpt-4o-mini-tts",
        "gpt-4o-transcribe",
        "gpt-realtime",
        "omni-moderation-latest",
    ];

    /// <summary>Largest request body in bytes; a larger one gets 413.</summary>
    public long MaxBodyBytes { get; init; } = 32 << 20;

    /// <summary>Bytes of uploaded files kept in memory, and as many of stored responses; the oldest are forgotten first.</summary>
    public long MaxStoredBytes { get; init; } = 64 << 20;

    /// <summary>Called with every authenticated request whose body was read, before it is answered.</summary>
    public Action<ReceivedRequest>? OnRequest { get; init; }
}
