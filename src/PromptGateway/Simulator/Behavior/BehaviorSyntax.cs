using System.Buffers;
using System.Globalization;
using PromptGateway.Chat;

namespace PromptGateway.Simulator.Behavior;

/// <summary>
/// Reads <c>key=value,key=value</c> from the <c>x-simulator</c> header, and <c>@sim(key=value,...)</c> markers from a request's
/// <c>user</c> field or last user text (a gateway may strip headers, it does not strip these).
/// </summary>
internal static class BehaviorSyntax
{
    public const string HeaderName = "x-simulator";

    private static readonly SearchValues<char> CodeCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    private const string MarkerStart = "@sim(";

    private const string Keys =
        "tokens, reasoning, ttfb (ms), delay (ms per chunk), chunk (tokens), usage (normal|none|every|merged|zero), "
        + "fault (none|reset|cut|error|hang|garbage), after (chunks), status, code, retry_after (s)";

    /// <summary>Applies settings on top of <paramref name="behavior"/>.</summary>
    /// <exception cref="RefusedException">An unknown key, or a value that is out of bounds.</exception>
    public static SimulatorBehavior Apply(SimulatorBehavior behavior, ReadOnlySpan<char> settings)
    {
        foreach (var range in settings.Split(','))
        {
            var setting = settings[range].Trim();
            if (setting.IsEmpty)
                continue;
            var equals = setting.IndexOf('=');
            if (equals < 1)
                throw Refused(setting, $"is not key=value. Keys: {Keys}");
            behavior = Set(behavior, setting, setting[..equals].Trim(), setting[(equals + 1)..].Trim());
        }

        return behavior;
    }

    /// <summary>Applies the first marker in <paramref name="text"/>, if there is one, and removes it from the text.</summary>
    /// <exception cref="RefusedException">The marker does not parse.</exception>
    public static SimulatorBehavior TakeMarker(SimulatorBehavior behavior, ref string text)
    {
        var start = text.IndexOf(MarkerStart, StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf(')', start);
        if (end < 0)
            return behavior;
        behavior = Apply(behavior, text.AsSpan(start + MarkerStart.Length, end - start - MarkerStart.Length));
        text = string.Concat(text.AsSpan(0, start), text.AsSpan(end + 1)).Trim();
        return behavior;
    }

    private static SimulatorBehavior Set(
        SimulatorBehavior behavior,
        ReadOnlySpan<char> setting,
        ReadOnlySpan<char> key,
        ReadOnlySpan<char> value
    ) =>
        key switch
        {
            "tokens" => behavior with { OutputTokens = Number(setting, value, 0, 100_000) },
            "reasoning" => behavior with { ReasoningTokens = Number(setting, value, 0, 100_000) },
            "ttfb" => behavior with { FirstByteDelay = Milliseconds(setting, value) },
            "delay" => behavior with { ChunkDelay = Milliseconds(setting, value) },
            "chunk" => behavior with { ChunkTokens = Number(setting, value, 1, 10_000) },
            "usage" => behavior with { Usage = Name<UsageStyle>(setting, value) },
            "fault" => behavior with { Fault = Name<FaultKind>(setting, value) },
            "after" => behavior with { FaultAfter = Number(setting, value, 0, 100_000) },
            "code" => behavior with { FaultCode = Code(setting, value) },
            "retry_after" => behavior with { RetryAfterSeconds = Number(setting, value, 0, 86_400) },
            "status" => behavior with
            {
                FaultStatus = Number(setting, value, 400, 599),
                Fault = behavior.Fault is FaultKind.None ? FaultKind.Status : behavior.Fault,
            },
            _ => throw Refused(setting, $"has an unknown key. Keys: {Keys}"),
        };

    private static TimeSpan Milliseconds(ReadOnlySpan<char> setting, ReadOnlySpan<char> value) =>
        TimeSpan.FromMilliseconds(Number(setting, value, 0, 600_000));

    private static int Number(ReadOnlySpan<char> setting, ReadOnlySpan<char> value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Refused(setting, $"needs a whole number from {least} to {most}");

    private static T Name<T>(ReadOnlySpan<char> setting, ReadOnlySpan<char> value)
        where T : struct, Enum =>
        Enum.TryParse<T>(value, ignoreCase: true, out var name) && Enum.IsDefined(name) && !char.IsAsciiDigit(value[0])
            ? name
            : throw Refused(setting, $"needs one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");

    private static string Code(ReadOnlySpan<char> setting, ReadOnlySpan<char> value) =>
        value.Length is > 0 and <= 64 && !value.ContainsAnyExcept(CodeCharacters)
            ? value.ToString()
            : throw Refused(setting, "needs up to 64 of a-z, 0-9 and _");

    private static RefusedException Refused(ReadOnlySpan<char> setting, string problem)
    {
        var shown = setting.Length > 80 ? setting[..80] : setting;
        return new(Rejection.BadRequest("invalid_simulator_setting", $"Simulator setting '{shown}' {problem}.", HeaderName));
    }
}
