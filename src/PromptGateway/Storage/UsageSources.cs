using PromptGateway.Chat;

namespace PromptGateway.Storage;

/// <summary>The stored names of <see cref="UsageSource"/>.</summary>
internal static class UsageSources
{
    public static string NameOf(UsageSource source) =>
        source switch
        {
            UsageSource.None => "none",
            UsageSource.Provider => "provider",
            UsageSource.Estimated => "estimated",
            UsageSource.Drained => "drained",
            _ => throw new ArgumentOutOfRangeException(nameof(source), source, "not a stored usage source"),
        };

    public static UsageSource Of(string name) =>
        name switch
        {
            "none" => UsageSource.None,
            "provider" => UsageSource.Provider,
            "estimated" => UsageSource.Estimated,
            "drained" => UsageSource.Drained,
            _ => throw new InvalidDataException($"The ledger holds the usage source '{name}', which this version does not know."),
        };
}
