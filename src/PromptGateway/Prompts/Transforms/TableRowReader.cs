namespace PromptGateway.Prompts.Transforms;

/// <summary>Reads the cells of a row by the columns of its table's header, and writes the object that they stand for.</summary>
internal static class TableRowReader
{
    public static bool TryRead(ref JsonTableReader reader, List<HeaderColumn> columns, int depth)
    {
        reader.Output.Append('{');
        var (firstCell, firstMember) = (true, true);
        for (var index = 0; index < columns.Count; index++)
        {
            var column = columns[index];
            if (column.Role == HeaderRole.Close)
            {
                reader.Output.Append('}');
                firstMember = false;
                continue;
            }
            if (column.IsOptional && IsGone(ref reader, firstCell, out var isNull))
            {
                if (!TrySkipGroup(ref reader, columns, ref index, ref firstCell, isNull))
                    return false;
                if (isNull)
                    Member(ref reader, column, ref firstMember, "null"u8);
                continue;
            }
            if (column.Role is HeaderRole.Cell or HeaderRole.Hole)
            {
                if (!firstCell && !reader.TryTake(','))
                    return false;
                firstCell = false;
                if (reader.At() is ',' or '\n')
                    continue;
            }
            Member(ref reader, column, ref firstMember, default);
            if (column.Role == HeaderRole.Open)
            {
                firstMember = true;
                reader.Output.Append('{');
            }
            else if (!TryMemberValue(ref reader, column, depth))
                return false;
        }
        reader.Output.Append('}');
        return true;
    }

    private static bool TryMemberValue(ref JsonTableReader reader, in HeaderColumn column, int depth) =>
        column.Role switch
        {
            HeaderRole.Cell => reader.TryText((byte)',', depth),
            HeaderRole.Hole => TryFilling(ref reader, column, depth),
            _ => TryConstant(ref reader, column, depth),
        };

    /// <summary>Whether the cell of a group's first member says that there is no object.</summary>
    private static bool IsGone(ref JsonTableReader reader, bool firstCell, out bool isNull)
    {
        var cell = reader.Rest[(firstCell || reader.Rest.IsEmpty ? 0 : 1)..];
        isNull = cell.StartsWith("null"u8) && cell.Length > 4 && cell[4] is (byte)',' or (byte)'\n';
        return isNull || (!cell.IsEmpty && cell[0] is (byte)',' or (byte)'\n');
    }

    /// <summary>Goes past the cells of a group, to its end; all are empty, but for the first where that says null.</summary>
    private static bool TrySkipGroup(ref JsonTableReader reader, List<HeaderColumn> columns, ref int index, ref bool firstCell, bool isNull)
    {
        var open = 0;
        for (; ; index++)
        {
            open += columns[index].Role switch
            {
                HeaderRole.Open => 1,
                HeaderRole.Close => -1,
                _ => 0,
            };
            if (open == 0)
                return true;
            if (columns[index].Role is not (HeaderRole.Cell or HeaderRole.Hole))
                continue;
            if (!firstCell && !reader.TryTake(','))
                return false;
            firstCell = false;
            if (isNull)
                reader.Skip("null".Length);
            isNull = false;
            if (reader.At() is not (',' or '\n'))
                return false;
        }
    }

    private static void Member(ref JsonTableReader reader, in HeaderColumn column, ref bool first, ReadOnlySpan<byte> value)
    {
        if (!first)
            reader.Output.Append(',');
        first = false;
        reader.Name(column);
        reader.Output.Append(value);
    }

    private static bool TryConstant(ref JsonTableReader reader, in HeaderColumn column, int depth)
    {
        var position = reader.Position;
        reader.Position = column.ValueStart;
        var structured = reader.At() is '"' or '[' or '{';
        var valid = structured ? reader.TryValue(depth + 1) : reader.TryBare(reader.Text[column.ValueStart..column.ValueEnd]);
        reader.Position = position;
        return valid;
    }

    private static bool TryFilling(ref JsonTableReader reader, in HeaderColumn column, int depth)
    {
        if (reader.At() is '"' or '[' or '{')
            return reader.TryValue(depth + 1);
        if (!reader.TryTakeText((byte)',', out var text))
            return false;
        if (TableCell.IsLiteral(text))
        {
            reader.Output.Append(text);
            return true;
        }
        reader.Output.Append('"');
        reader.Output.Append(reader.Text[column.ValueStart..column.Hole]);
        reader.Output.Append(text);
        reader.Output.Append(reader.Text[(column.Hole + "{}".Length)..column.ValueEnd]);
        reader.Output.Append('"');
        return true;
    }
}
