using PromptGateway.Admin;

namespace PromptGateway.Cli;

/// <summary>A moment as people type it: <c>2027-01-31</c>, <c>2027-01-31T12:00:00Z</c>, or so long from now: <c>90d</c>.</summary>
internal static class Moment
{
    /// <param name="option">The option that it was given by, for the error.</param>
    /// <param name="text">What was typed.</param>
    /// <param name="now">What a time span counts from.</param>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static DateTimeOffset Parse(string option, string text, DateTimeOffset now) =>
        IsoTime.TryParse(text, out var time) ? time
        : Duration.TryParse(text, out var duration) ? now + duration
        : throw new FormatException($"{option} '{text}' cannot be read; write 2027-01-31, 2027-01-31T12:00:00Z or 90d.");
}
