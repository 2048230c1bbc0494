using PromptGateway.Providers;

namespace PromptGateway.Routing;

/// <summary>One upstream account: a YARP cluster with what its metadata says.</summary>
internal sealed class Upstream
{
    /// <summary>YARP's cluster id.</summary>
    public required string Id { get; init; }
    public required IProvider Provider { get; init; }

    /// <summary>The provider's secret; null: none is sent (local servers), or the caller's own when <see cref="PassThrough"/>.</summary>
    public string? Secret { get; init; }

    /// <summary>Callers authenticate with their own provider key, which goes upstream.</summary>
    public bool PassThrough { get; init; }

    /// <summary>Exact names and globs.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Serves every name that no other upstream claims.</summary>
    public bool CatchAll { get; init; }

    /// <summary>Name that callers use to name that goes upstream.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();
    public DisconnectPolicy OnClientGone { get; init; }

    /// <summary>From sending the request, of an upload its last byte, to the first byte of the answer's body; null: only the idle timeout applies.</summary>
    public TimeSpan? FirstByteTimeout { get; init; }

    /// <summary>Silence after which the upstream counts as dead: YARP's <c>ActivityTimeout</c> of the cluster.</summary>
    public TimeSpan IdleTimeout { get; init; } = DefaultIdleTimeout;

    /// <summary>10 minutes: YARP's own default of 100 s is too short for reasoning models, which think before the first byte.</summary>
    public static readonly TimeSpan DefaultIdleTimeout = TimeSpan.FromMinutes(10);

    /// <summary>From sending the request to the end of the answer; null: no limit.</summary>
    public TimeSpan? TotalTimeout { get; init; }

    /// <summary>Where it was declared, for the start banner: <c>yarp.json</c>, <c>OPENAI_API_KEY</c>, <c>built in</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>First destination, for the start banner and model discovery.</summary>
    public required Uri Address { get; init; }

    /// <summary>Percent that requests in batches are cheaper than others.</summary>
    public int BatchDiscount { get; init; } = UsualBatchDiscount;

    /// <summary>OpenAI, Anthropic, Azure and Mistral all give half.</summary>
    public const int UsualBatchDiscount = 50;

    private volatile bool _rejectsStreamOptions;

    /// <summary>
    /// True once the upstream refused a request with <c>stream_options</c> and accepted it without; from then on usage is counted by the
    /// gateway.
    /// </summary>
    public bool RejectsStreamOptions
    {
        get => _rejectsStreamOptions;
        set => _rejectsStreamOptions = value;
    }
}
