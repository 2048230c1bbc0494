using PromptGateway.Json;
using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>Turns what <see cref="JsonTableWriter"/> wrote back into compact JSON.</summary>
internal ref struct JsonTableReader
{
    private readonly TextBuffer _output;
    private JsonCursor _cursor;

    private JsonTableReader(ReadOnlySpan<byte> text, TextBuffer output)
    {
        _cursor = new JsonCursor(text, 0);
        _output = output;
    }

    /// <summary>Appends the JSON; false when the text is not of this encoding, and then what was appended means nothing.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, TextBuffer output)
    {
        var lines = text.StartsWith(Encodings.LineTable);
        if (!lines && !text.StartsWith(Encodings.Table))
            return false;
        text = text[(lines ? Encodings.LineTable : Encodings.Table).Length..];
        foreach (var note in (ReadOnlySpan<int>)[0, 1])
            if ((note == 0 ? Encodings.Holes : Encodings.Keyed) is var words && text.StartsWith(words))
                text = text[words.Length..];
        var reader = new JsonTableReader(text, output);
        if (!reader.TryTake('\n') || (lines ? !reader.IsTable() || !reader.TryTable(0, lines: true) : !reader.TryValue(0)))
            return false;
        return reader._cursor.Position == reader._cursor.Utf8.Length;
    }

    /// <summary>Offset into <see cref="Text"/> of what is read next.</summary>
    public int Position
    {
        readonly get => _cursor.Position;
        set => _cursor.Position = value;
    }

    public readonly ReadOnlySpan<byte> Text => _cursor.Utf8;

    public readonly TextBuffer Output => _output;

    public readonly ReadOnlySpan<byte> Rest => _cursor.Utf8[_cursor.Position..];

    public readonly int At(int ahead = 0) =>
        _cursor.Position + ahead < _cursor.Utf8.Length ? _cursor.Utf8[_cursor.Position + ahead] : JsonCursor.End;

    public void Skip(int count) => _cursor.Position += count;

    public bool TryTake(char expected)
    {
        if (At() != expected)
            return false;
        _cursor.Position++;
        return true;
    }

    /// <summary>Goes past a value, appending nothing.</summary>
    public bool TrySkipValue(int depth)
    {
        var length = _output.Length;
        var valid = TryValue(depth);
        _output.Truncate(length);
        return valid;
    }

    public bool TrySkipString()
    {
        _cursor.Position++;
        return JsonStringScan.TrySkip(ref _cursor, out _);
    }

    public bool TryValue(int depth)
    {
        if (depth > JsonTape.MaxDepth * 2)
            return false;
        return At() switch
        {
            '{' when At(1) == '{' => TryKeyed(depth),
            '[' when IsTable() => TryTable(depth, lines: false),
            '[' or '{' => TryContainer(depth),
            _ => TryScalar(),
        };
    }

    private bool TryScalar()
    {
        var start = _cursor.Position;
        if (At() <= ' ' || !JsonValueScan.TrySkip(ref _cursor, 1))
            return false;
        _output.Append(_cursor.Utf8[start.._cursor.Position]);
        return true;
    }

    private bool TryContainer(int depth)
    {
        var open = At();
        _cursor.Position++;
        _output.Append((byte)open);
        for (var first = true; At() != open + 2; first = false)
        {
            if (!first && !TryTake(','))
                return false;
            if (!first)
                _output.Append(',');
            if (open == '{')
            {
                if (At() != '"' || !TryScalar() || !TryTake(':'))
                    return false;
                _output.Append(':');
            }
            if (!TryValue(depth + 1))
                return false;
        }
        _cursor.Position++;
        _output.Append((byte)(open + 2));
        return true;
    }

    /// <summary>Whether a header follows: a brace and a name that is bare, or has no colon behind it.</summary>
    private readonly bool IsTable()
    {
        if (At() != '[' || At(1) != '{' || At(2) is '{' or '}' or JsonCursor.End)
            return false;
        if (At(2) != '"')
            return true;
        var probe = new JsonCursor(_cursor.Utf8, _cursor.Position + 3);
        return JsonStringScan.TrySkip(ref probe, out _) && probe.Position < probe.Utf8.Length && probe.Utf8[probe.Position] != ':';
    }

    private bool TryTable(int depth, bool lines)
    {
        _cursor.Position++;
        var columns = new List<HeaderColumn>();
        if (!TableHeaderReader.TryRead(ref this, columns, depth) || !TryTake(':') || !TryTake('\n'))
            return false;
        if (!lines)
            _output.Append('[');
        for (var first = true; At() != ']'; first = false)
        {
            if (!first)
                _output.Append(lines ? '\n' : ',');
            if (At() == '!')
            {
                _cursor.Position++;
                if (!TryValue(depth + 1))
                    return false;
            }
            else if (!TableRowReader.TryRead(ref this, columns, depth))
                return false;
            if (!TryTake('\n'))
                return false;
        }
        _cursor.Position++;
        if (!lines)
            _output.Append(']');
        return true;
    }

    private bool TryKeyed(int depth)
    {
        _cursor.Position++;
        var columns = new List<HeaderColumn>();
        if (!TableHeaderReader.TryRead(ref this, columns, depth) || !TryTake(':') || !TryTake('\n'))
            return false;
        _output.Append('{');
        for (var first = true; At() != '}'; first = false)
        {
            if (!first)
                _output.Append(',');
            if (!TryName())
                return false;
            if (TryTake(':') ? !TableRowReader.TryRead(ref this, columns, depth) : !TryTake('=') || !TryText((byte)'\n', depth))
                return false;
            if (!TryTake('\n'))
                return false;
        }
        _cursor.Position++;
        _output.Append('}');
        return true;
    }

    private bool TryName()
    {
        var start = _cursor.Position;
        var isQuoted = At() == '"';
        if (isQuoted ? !TrySkipString() : !TrySkipBareName())
            return false;
        Name(new HeaderColumn(start, _cursor.Position, isQuoted));
        return true;
    }

    private bool TrySkipBareName()
    {
        var length = Rest.IndexOfAny((byte)':', (byte)'=', (byte)'\n');
        _cursor.Position += Math.Max(length, 0);
        return length > 0;
    }

    public readonly void Name(in HeaderColumn column)
    {
        if (!column.IsQuoted)
            _output.Append('"');
        _output.Append(_cursor.Utf8[column.NameStart..column.NameEnd]);
        if (!column.IsQuoted)
            _output.Append('"');
        _output.Append(':');
    }

    /// <summary>Reads a value that may be a string without quotes, and then ends at a line break at the latest.</summary>
    public bool TryText(byte end, int depth) =>
        At() is '"' or '[' or '{' ? TryValue(depth + 1) : TryTakeText(end, out var text) && TryBare(text);

    public bool TryTakeText(byte end, out ReadOnlySpan<byte> text)
    {
        text = default;
        var length = Rest.IndexOfAny(end, (byte)'\n');
        if (length <= 0)
            return false;
        text = Rest[..length];
        _cursor.Position += length;
        return true;
    }

    public readonly bool TryBare(ReadOnlySpan<byte> text)
    {
        var isString = TableCell.IsString(text);
        if (isString)
            _output.Append('"');
        _output.Append(text);
        if (isString)
            _output.Append('"');
        return true;
    }
}
