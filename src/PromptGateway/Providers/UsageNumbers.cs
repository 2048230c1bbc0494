using System.Text.Json;

namespace PromptGateway.Providers;

/// <summary>Reads the whole numbers of a <c>usage</c> object, one level of details included, into named slots.</summary>
internal ref struct UsageNumbers
{
    /// <summary>A year of sound is a slip.</summary>
    private const int LongestSeconds = 31_536_000;

    /// <summary>More tokens than any exchange has; sums of such numbers would not fit any more.</summary>
    private const long MostTokens = 1_000_000_000_000;
    private Utf8JsonReader _reader;
    private int _groupDepth;
    private int _innerDepth;

    public UsageNumbers(ReadOnlySpan<byte> json) => _reader = new Utf8JsonReader(json, isFinalBlock: false, default);

    /// <summary>The outer member that holds the current one (<c>prompt_tokens_details</c>), empty at the top.</summary>
    public ReadOnlySpan<byte> Group { get; private set; }

    /// <summary>The object within <see cref="Group"/> that holds the current one (realtime's <c>cached_tokens_details</c>), or empty.</summary>
    public ReadOnlySpan<byte> InnerGroup { get; private set; }

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Of <c>seconds</c>, which may have a fraction, milliseconds.</summary>
    public long Value { get; private set; }

    /// <summary>Advances to the next number. Fractions, negative and absurd numbers are passed over; so is everything after broken JSON.</summary>
    public bool Next()
    {
        try
        {
            while (_reader.Read())
            {
                switch (_reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        Name = _reader.ValueSpan;
                        break;
                    // The outermost group counts: what follows a nested object (realtime's cached_tokens_details) is still in it.
                    case JsonTokenType.StartObject when _reader.CurrentDepth > 0:
                        Enter(_reader.CurrentDepth);
                        break;
                    case JsonTokenType.EndObject when _reader.CurrentDepth > 0:
                        Leave(_reader.CurrentDepth);
                        break;
                    case JsonTokenType.EndObject:
                        return false;
                    case JsonTokenType.Number when Name.SequenceEqual("seconds"u8):
                        if (!_reader.TryGetDecimal(out var seconds) || seconds is < 0 or > LongestSeconds)
                            break;
                        Value = (long)decimal.Ceiling(seconds * 1000);
                        return true;
                    case JsonTokenType.Number when _reader.TryGetInt64(out var value) && value is >= 0 and <= MostTokens:
                        Value = value;
                        return true;
                }
            }
        }
        catch (JsonException)
        {
            return false;
        }
        return false;
    }

    private void Enter(int depth)
    {
        if (_groupDepth == 0)
        {
            Group = Name;
            _groupDepth = depth;
        }
        else if (_innerDepth == 0)
        {
            InnerGroup = Name;
            _innerDepth = depth;
        }
    }

    private void Leave(int depth)
    {
        if (_innerDepth == depth)
        {
            InnerGroup = default;
            _innerDepth = 0;
        }
        if (_groupDepth == depth)
        {
            Group = default;
            _groupDepth = 0;
        }
    }
}
