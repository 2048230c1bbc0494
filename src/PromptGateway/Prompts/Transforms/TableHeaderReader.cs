namespace PromptGateway.Prompts.Transforms;

/// <summary>Reads the header of a table: <c>{a,b{c,d},e=1,f=x-{}.y,g?{h}}</c>.</summary>
internal static class TableHeaderReader
{
    /// <param name="reader">Stands at the opening brace, and behind the closing one afterwards.</param>
    /// <param name="columns">Takes the columns; those of a group stand between its opening and its end.</param>
    /// <param name="depth">How deep the table is.</param>
    public static bool TryRead(ref JsonTableReader reader, List<HeaderColumn> columns, int depth)
    {
        if (depth > JsonTape.MaxDepth || !reader.TryTake('{'))
            return false;
        while (true)
        {
            if (!TryColumn(ref reader, columns, depth))
                return false;
            if (reader.TryTake('}'))
                return true;
            if (!reader.TryTake(','))
                return false;
        }
    }

    private static bool TryColumn(ref JsonTableReader reader, List<HeaderColumn> columns, int depth)
    {
        var start = reader.Position;
        var isQuoted = reader.At() == '"';
        if (isQuoted ? !reader.TrySkipString() : !TrySkipName(ref reader))
            return false;
        var column = new HeaderColumn(start, reader.Position, isQuoted);
        if (reader.At() is '{' or '?')
        {
            columns.Add(column with { Role = HeaderRole.Open, IsOptional = reader.TryTake('?') });
            if (!TryRead(ref reader, columns, depth + 1))
                return false;
            columns.Add(column with { Role = HeaderRole.Close });
            return true;
        }
        if (!reader.TryTake('='))
        {
            columns.Add(column);
            return true;
        }
        column = column with { Role = HeaderRole.Constant, ValueStart = reader.Position };
        if (reader.At() is '"' or '[' || (reader.At() == '{' && !IsHole(reader.Rest)))
        {
            if (!reader.TrySkipValue(depth + 1))
                return false;
        }
        else if (!TrySkipBare(ref reader, ref column))
            return false;
        columns.Add(column with { ValueEnd = reader.Position });
        return true;
    }

    private static bool TrySkipName(ref JsonTableReader reader)
    {
        var length = reader.Rest.IndexOfAny(",{}=?"u8);
        reader.Skip(Math.Max(length, 0));
        return length > 0;
    }

    /// <summary>A value without quotes, or one with a hole.</summary>
    private static bool TrySkipBare(ref JsonTableReader reader, ref HeaderColumn column)
    {
        var length = reader.Rest.IndexOfAny(",{}"u8);
        if (length >= 0 && reader.Rest[length..].StartsWith("{}"u8))
        {
            column = column with { Role = HeaderRole.Hole, Hole = reader.Position + length };
            reader.Skip(length + "{}".Length);
            length = reader.Rest.IndexOfAny(",}"u8);
            reader.Skip(Math.Max(length, 0));
            return length >= 0;
        }
        reader.Skip(Math.Max(length, 0));
        return length > 0;
    }

    /// <summary>An empty object is a value; a hole has text behind it.</summary>
    private static bool IsHole(ReadOnlySpan<byte> rest) =>
        rest.StartsWith("{}"u8) && rest.Length > "{}".Length && rest["{}".Length] is not ((byte)',' or (byte)'}');
}
