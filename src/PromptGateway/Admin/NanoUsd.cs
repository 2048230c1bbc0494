namespace PromptGateway.Admin;

/// <summary>Money is counted in whole nano-dollars and shown in dollars.</summary>
internal static class NanoUsd
{
    public static decimal ToUsd(long nanoUsd) => nanoUsd / 1_000_000_000m;

    public static decimal? ToUsd(long? nanoUsd) => nanoUsd is { } known ? ToUsd(known) : null;
}
