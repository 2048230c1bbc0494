using System.Globalization;

namespace PromptGateway.RateLimits;

/// <summary>Durations as OpenAI writes them in <c>x-ratelimit-reset-*</c>: <c>120ms</c>, <c>1.5s</c>, <c>6m0s</c>, <c>23h59m1s</c>.</summary>
internal static class GoDuration
{
    private const int Longest = 40;

    /// <param name="ticks">Rounded up to a millisecond.</param>
    public static string Write(long ticks)
    {
        var ms = (ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
        Span<char> text = stackalloc char[Longest];
        var length = 0;
        if (ms < 1000)
        {
            Append(text, ref length, ms, "ms");
            return new string(text[..length]);
        }
        var minutes = ms / 60_000;
        if (minutes >= 60)
            Append(text, ref length, minutes / 60, "h");
        if (minutes > 0)
            Append(text, ref length, minutes % 60, "m");
        Append(text, ref length, ms % 60_000 / 1000, "");
        AppendFraction(text, ref length, (int)(ms % 1000));
        text[length++] = 's';
        return new string(text[..length]);
    }

    private static void Append(Span<char> text, ref int length, long number, string unit)
    {
        number.TryFormat(text[length..], out var written, provider: CultureInfo.InvariantCulture);
        length += written;
        unit.CopyTo(text[length..]);
        length += unit.Length;
    }

    /// <summary>Thousandths, without zeros at the end.</summary>
    private static void AppendFraction(Span<char> text, ref int length, int thousandths)
    {
        if (thousandths == 0)
            return;
        text[length++] = '.';
        for (var place = 100; thousandths > 0; thousandths %= place, place /= 10)
            text[length++] = (char)('0' + thousandths / place);
    }
}
