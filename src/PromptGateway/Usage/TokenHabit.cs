using PromptGateway.Chat;

namespace PromptGateway.Usage;

/// <summary>
/// What one key's requests for one model have been like: bytes of body per prompt token, and how long answers are. Learned from the
/// providers' own numbers; safe to use from many threads.
/// </summary>
internal sealed class TokenHabit
{
    /// <summary>Output tokens expected of a key and model that nothing is known of.</summary>
    public const long DefaultOutput = 256;
    private const int Remembered = 64;
    private const int Enough = 8;

    /// <summary>Bytes per token in thousandths; 4 bytes is English text in JSON.</summary>
    private long _milliBytesPerToken = 4000;

    /// <summary>Bytes of an answer's text per output token, in thousandths.</summary>
    private long _milliTextBytesPerToken = 4000;
    private readonly Lock _gate = new();
    private readonly long[] _outputs = new long[Remembered];
    private int _count;
    private long _quantile = DefaultOutput;

    public long PromptTokens(long bodyBytes)
    {
        var ratio = Volatile.Read(ref _milliBytesPerToken);
        return ((bodyBytes * 1000) + ratio - 1) / ratio;
    }

    /// <summary>The length that nine of ten answers stay below, or the request's own maximum when that is less.</summary>
    public long OutputTokens(long? maximum) => Math.Min(maximum ?? long.MaxValue, Volatile.Read(ref _quantile));

    /// <summary>Output tokens of so much text of an answer, JSON escapes included.</summary>
    public long TokensOfOutput(long textBytes)
    {
        var ratio = Volatile.Read(ref _milliTextBytesPerToken);
        return ((textBytes * 1000) + ratio - 1) / ratio;
    }

    /// <param name="bodyBytes">Of the request.</param>
    /// <param name="usage">As the provider told it.</param>
    /// <param name="textBytes">Of the answer's text, if it was streamed; 0: not known.</param>
    public void Learn(long bodyBytes, in TokenUsage usage, long textBytes = 0)
    {
        lock (_gate)
        {
            if (usage.InputTokens > 0)
            {
                // An image is many bytes a token, a short prompt few; neither may drive the estimate to where it is useless.
                var seen = Math.Clamp(bodyBytes * 1000 / usage.InputTokens, 1000, 64_000);
                Volatile.Write(ref _milliBytesPerToken, _milliBytesPerToken + ((seen - _milliBytesPerToken) / 8));
            }
            var visible = usage.OutputTokens - usage.ReasoningTokens;
            if (textBytes > 0 && visible > 0)
            {
                var seen = Math.Clamp(textBytes * 1000 / visible, 1000, 16_000);
                Volatile.Write(ref _milliTextBytesPerToken, _milliTextBytesPerToken + ((seen - _milliTextBytesPerToken) / 8));
            }
            _outputs[_count++ % Remembered] = usage.OutputTokens;
            if (_count >= Enough && _count % Enough == 0)
                Volatile.Write(ref _quantile, Quantile());
        }
    }

    private long Quantile()
    {
        Span<long> sorted = stackalloc long[Remembered];
        sorted = sorted[..Math.Min(_count, Remembered)];
        _outputs.AsSpan(0, sorted.Length).CopyTo(sorted);
        sorted.Sort();
        return Math.Max(1, sorted[((sorted.Length * 9) - 1) / 10]);
    }
}
