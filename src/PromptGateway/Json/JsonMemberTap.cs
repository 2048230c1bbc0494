namespace PromptGateway.Json;

/// <summary>
/// Watches a response body that passes in pieces and keeps the raw values of a few of its top-level members. Nothing else is buffered.
/// White space before the object is allowed (some upstreams send blank lines while a request waits). Anything that is not an object makes
/// it give up quietly; no input makes it throw. Of a name that comes twice, the last value counts, as most parsers have it.
/// </summary>
internal sealed class JsonMemberTap : IDisposable
{
    /// <summary>A longer value is dropped, and <see cref="WasTooLong"/> says so.</summary>
    public const int DefaultMaxValueLength = 16 * 1024;

    /// <summary>The longest way to write one byte of a name: <c>\u0061</c>.</summary>
    private const int LongestEscape = 6;

    private readonly byte[][] _names;
    private readonly byte[] _name;
    private readonly JsonTapCaptures _captures;
    private Step _step = Step.BeforeObject;
    private JsonValueSkip _skip;
    private int _nameLength;
    private int _wanted = -1;

    /// <param name="names">The decoded names of the members to keep.</param>
    /// <param name="maxValueLength">The most bytes that one value may have.</param>
    public JsonMemberTap(byte[][] names, int maxValueLength = DefaultMaxValueLength)
    {
        _names = names;
        var longest = 0;
        foreach (var name in names)
            longest = Math.Max(longest, name.Length);
        _name = new byte[LongestEscape * longest];
        _captures = new JsonTapCaptures(names.Length, maxValueLength);
    }

    private enum Step
    {
        BeforeObject,
        BeforeFirstName,
        BeforeName,
        Name,
        BeforeColon,
        BeforeValue,
        Value,
        AfterValue,
        Complete,
        GaveUp,
    }

    public JsonTapState State =>
        _step switch
        {
            Step.Complete => JsonTapState.Complete,
            Step.GaveUp => JsonTapState.GaveUp,
            _ => JsonTapState.Reading,
        };

    /// <summary>Takes the next piece of the body, of any length, cut anywhere.</summary>
    public void Feed(ReadOnlySpan<byte> piece)
    {
        var position = 0;
        while (position < piece.Length && _step < Step.Complete)
        {
            if (_step == Step.Name)
                ReadName(piece, ref position);
            else if (_step == Step.Value)
                ReadValue(piece, ref position);
            else if (piece[position] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
                position++;
            else
                _step = Punctuate(piece[position], ref position);
        }
    }

    /// <summary>The raw value of a member that arrived whole, valid until the next call of <see cref="Feed"/>.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        var index = IndexOf(name);
        return index >= 0 && _captures.TryGet(index, out value);
    }

    /// <summary>Whether the member was there, but longer than the limit.</summary>
    public bool WasTooLong(ReadOnlySpan<byte> name)
    {
        var index = IndexOf(name);
        return index >= 0 && _captures.IsTooLong(index);
    }

    public void Dispose() => _captures.Dispose();

    /// <summary>The step behind a byte that is neither white space nor inside a name or value.</summary>
    private Step Punctuate(byte unit, ref int position)
    {
        switch (_step, unit)
        {
            case (Step.BeforeObject, (byte)'{'):
                position++;
                return Step.BeforeFirstName;
            case (Step.BeforeFirstName or Step.BeforeName, (byte)'"'):
                position++;
                _nameLength = 0;
                _skip = JsonValueSkip.InString();
                return Step.Name;
            case (Step.BeforeColon, (byte)':'):
                position++;
                return Step.BeforeValue;
            case (Step.BeforeValue, not ((byte)',' or (byte)'}' or (byte)']' or (byte)':')):
                _skip = JsonValueSkip.From(unit);
                BeginCapture();
                return Step.Value;
            case (Step.AfterValue, (byte)','):
                position++;
                return Step.BeforeName;
            case (Step.BeforeFirstName or Step.AfterValue, (byte)'}'):
                position++;
                return Step.Complete;
            default:
                return Step.GaveUp;
        }
    }

    private void ReadName(ReadOnlySpan<byte> piece, ref int position)
    {
        var start = position;
        var ended = _skip.TryEnd(piece, ref position);
        var part = piece[start..(ended ? position - 1 : position)];
        if (_nameLength + part.Length <= _name.Length)
            part.CopyTo(_name.AsSpan(_nameLength));
        _nameLength = Math.Min(_nameLength + part.Length, _name.Length + 1);
        if (ended)
            _step = Step.BeforeColon;
    }

    private void BeginCapture()
    {
        _wanted = _nameLength <= _name.Length ? IndexOfRaw(_name.AsSpan(0, _nameLength)) : -1;
        if (_wanted >= 0)
            _captures.Begin(_wanted);
    }

    private void ReadValue(ReadOnlySpan<byte> piece, ref int position)
    {
        var start = position;
        var ended = _skip.TryEnd(piece, ref position);
        if (_wanted >= 0)
            _captures.Append(piece[start..position]);
        if (!ended)
            return;
        if (_wanted >= 0)
            _captures.End();
        _step = Step.AfterValue;
    }

    private int IndexOfRaw(ReadOnlySpan<byte> raw)
    {
        if (!raw.Contains((byte)'\\'))
            return IndexOf(raw);
        if (!JsonEscape.IsWellFormed(raw))
            return -1;
        for (var i = 0; i < _names.Length; i++)
        {
            if (JsonEscape.EqualsDecoded(raw, _names[i]))
                return i;
        }
        return -1;
    }

    private int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            if (name.SequenceEqual(_names[i]))
                return i;
        }
        return -1;
    }
}
