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
        var reader = new JsonTableReader(text[(lines ? Encodings.LineTable : Encodings.Table).Length..], output);
        if (lines ? !reader.IsTable() || !reader.TryTable(0, lines: true) : !reader.TryValue(0))
            return false;
        return reader._cursor.Position == reader._cursor.Utf8.Length;
    }

    private readonly int At(int ahead = 0) =>
        _cursor.Position + ahead < _cursor.Utf8.Length ? _cursor.Utf8[_cursor.Position + ahead] : JsonCursor.End;

    private bool TryTake(char expected)
    {
        if (At() != expected)
            return false;
        _cursor.Position++;
        return true;
    }

    private bool TryValue(int depth)
    {
        if (depth > JsonTape.MaxDepth * 2)
            return false;
        return At() switch
        {
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
        if (At() != '[' || At(1) != '{' || At(2) is '}' or JsonCursor.End)
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
        if (!TryHeader(columns, 0) || !TryTake(':') || !TryTake('\n'))
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
            else if (!TryRow(columns, depth))
                return false;
            if (!TryTake('\n'))
                return false;
        }
        _cursor.Position++;
        if (!lines)
            _output.Append(']');
        return true;
    }

    private bool TryHeader(List<HeaderColumn> columns, int depth)
    {
        if (depth > JsonTape.MaxDepth || !TryTake('{'))
            return false;
        while (true)
        {
            var start = _cursor.Position;
            var quoted = At() == '"';
            if (quoted ? !TrySkipString() : !TrySkipName())
                return false;
            var column = new HeaderColumn(start, _cursor.Position, quoted);
            if (At() == '{')
            {
                columns.Add(column with { Role = HeaderRole.Open });
                if (!TryHeader(columns, depth + 1))
                    return false;
                columns.Add(column with { Role = HeaderRole.Close });
            }
            else if (TryTake('='))
            {
                var value = _cursor.Position;
                if (!TrySkipConstant(depth))
                    return false;
                columns.Add(column with { Role = HeaderRole.Constant, ValueStart = value, ValueEnd = _cursor.Position });
            }
            else
                columns.Add(column);
            if (TryTake('}'))
                return true;
            if (!TryTake(','))
                return false;
        }
    }

    private bool TrySkipString()
    {
        _cursor.Position++;
        return JsonStringScan.TrySkip(ref _cursor, out _);
    }

    private bool TrySkipName()
    {
        var length = _cursor.Utf8[_cursor.Position..].IndexOfAny(",{}="u8);
        _cursor.Position += Math.Max(length, 0);
        return length > 0;
    }

    private bool TrySkipConstant(int depth)
    {
        if (At() is '"' or '[' or '{')
        {
            var length = _output.Length;
            var valid = TryValue(depth + 1);
            _output.Truncate(length);
            return valid;
        }
        var end = _cursor.Utf8[_cursor.Position..].IndexOfAny(",}"u8);
        _cursor.Position += Math.Max(end, 0);
        return end > 0;
    }

    private bool TryRow(List<HeaderColumn> columns, int depth)
    {
        _output.Append('{');
        var (firstCell, firstMember) = (true, true);
        foreach (var column in columns)
        {
            if (column.Role == HeaderRole.Close)
            {
                _output.Append('}');
                firstMember = false;
                continue;
            }
            if (column.Role == HeaderRole.Cell)
            {
                if (!firstCell && !TryTake(','))
                    return false;
                firstCell = false;
                if (At() is ',' or '\n')
                    continue;
            }
            if (!firstMember)
                _output.Append(',');
            firstMember = column.Role == HeaderRole.Open;
            Name(column);
            if (column.Role == HeaderRole.Open)
                _output.Append('{');
            else if (!(column.Role == HeaderRole.Cell ? TryCell(depth) : TryConstant(column, depth)))
                return false;
        }
        _output.Append('}');
        return true;
    }

    private readonly void Name(in HeaderColumn column)
    {
        if (!column.IsQuoted)
            _output.Append('"');
        _output.Append(_cursor.Utf8[column.NameStart..column.NameEnd]);
        if (!column.IsQuoted)
            _output.Append('"');
        _output.Append(':');
    }

    private bool TryConstant(in HeaderColumn column, int depth)
    {
        var position = _cursor.Position;
        _cursor.Position = column.ValueStart;
        var structured = At() is '"' or '[' or '{';
        var valid = structured ? TryValue(depth + 1) : TryBare(_cursor.Utf8[column.ValueStart..column.ValueEnd]);
        _cursor.Position = position;
        return valid;
    }

    private bool TryCell(int depth)
    {
        if (At() is '"' or '[' or '{')
            return TryValue(depth + 1);
        var length = _cursor.Utf8[_cursor.Position..].IndexOfAny((byte)',', (byte)'\n');
        if (length <= 0)
            return false;
        var text = _cursor.Utf8.Slice(_cursor.Position, length);
        _cursor.Position += length;
        return TryBare(text);
    }

    private readonly bool TryBare(ReadOnlySpan<byte> text)
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
