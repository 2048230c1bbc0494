namespace PromptGateway.Tests.Configuration;

/// <summary>What the reference says about a section as a whole.</summary>
internal static class SectionText
{
    private static readonly Dictionary<string, string> Texts = new()
    {
        ["Gateway"] = "Where it listens and keeps its data. See [addresses](../guides/addresses.md).",
        ["ReverseProxy"] =
            "The upstreams, one YARP cluster each. What concerns the gateway stands in the cluster's `Metadata`; see "
            + "[upstreams](../guides/upstreams.md). The other settings are YARP's own.",
        ["Prices"] = "The operator's own price list. See [prices](../guides/prices.md).",
        ["Keys"] = "API keys by the SHA-256 of their secret. See [keys](../guides/keys.md).",
        ["KeyStore"] = "How keys of the database are followed.",
        ["Storage"] = "Where keys and ledger are kept, and for how long. See [several replicas](../guides/replicas.md).",
        ["RateLimits"] = "Rules that apply beside the limits of the keys. See [limits](../guides/limits.md).",
        ["Budgets"] = "Rules that apply beside the budgets of the keys. See [limits](../guides/limits.md).",
        ["Counters"] = "How replicas share limits and budgets. See [several replicas](../guides/replicas.md).",
        ["Objects"] =
            "What is kept about files, batches and stored responses. See [the SDK guide](../guides/openai-sdk.md#files-and-batches).",
        ["Prompts"] = "Bounds on request bodies.",
        ["Optimization"] =
            "Which prompts are optimized, and how. `Transforms` of a policy lists them in their order, by name, or as `Name` with settings of "
            + "their own. See [prompt optimization](../guides/optimization.md).",
        ["SwitchOff"] =
            "When an experiment is stopped because its policy does harm. See [optimization](../guides/optimization-endpoints.md).",
        ["Forwarding"] = "Connections to upstreams, and the end of the process.",
        ["Cors"] = "Pages that may call the API. See [addresses](../guides/addresses.md).",
        ["Admin"] = "Who may call `/admin`.",
        ["Telemetry"] = "Metrics and traces. See [metrics, traces and logs](../guides/telemetry.md).",
        ["Serilog"] =
            "Logging: `Format` (`json` or `text`), `MinimumLevel`, `MinimumLevel:Override:CATEGORY`, and Serilog's own `WriteTo`. See "
            + "[metrics, traces and logs](../guides/telemetry.md).",
        ["Kestrel"] =
            "ASP.NET's own section, for the certificates of `https` addresses: `Kestrel:Certificates:Default:Path`, `:KeyPath`, `:Password`.",
    };

    public static string Of(string section) =>
        Texts.TryGetValue(section, out var text)
            ? text
            : throw new InvalidOperationException(
                $"The reference does not say what the section {section} is for: add it to {nameof(SectionText)}."
            );
}
