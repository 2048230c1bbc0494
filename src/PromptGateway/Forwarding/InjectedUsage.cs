using PromptGateway.Json;
using PromptGateway.Providers;

namespace PromptGateway.Forwarding;

/// <summary>Takes out of a chat stream what the gateway's own <c>include_usage</c> has put in (decision 3).</summary>
internal static class InjectedUsage
{
    /// <summary>
    /// A chunk with usage and no choices exists only because of the option and goes as a whole; else only its <c>usage</c> member goes
    /// (upstreams merge usage into the last chunk, and write <c>"usage":null</c> into all others; field reports 12, 13).
    /// </summary>
    /// <param name="sse">The event with all its lines; what stays is moved to its start.</param>
    /// <param name="data">Its data; when it is one line, a part of <paramref name="sse"/>. Of joined lines no single member is taken out.</param>
    /// <returns>How many bytes stay.</returns>
    public static int TakeOut(Span<byte> sse, ReadOnlySpan<byte> data)
    {
        if (IsUsageChunk(data))
            return 0;
        if (!sse.Overlaps(data, out var start))
            return sse.Length;
        var end = start + data.Length;
        var kept = JsonMemberFind.RemoveMember(sse[start..end], "usage"u8);
        if (kept == data.Length)
            return sse.Length;
        sse[end..].CopyTo(sse[(start + kept)..]);
        return sse.Length - data.Length + kept;
    }

    private static bool IsUsageChunk(ReadOnlySpan<byte> data) =>
        FastJson.TryFindValue(data, "\"choices\""u8, out var choices)
        && choices.Length > 1
        && choices[1..].TrimStart(" \t\r\n"u8).StartsWith("]"u8)
        && FastJson.TryFindValue(data, "\"usage\""u8, out var usage)
        && usage.StartsWith("{"u8);
}
