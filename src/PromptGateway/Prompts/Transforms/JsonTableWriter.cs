using System.Buffers;
using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>Writes the values of a tape with tables for the arrays that fit one. <see cref="JsonTableReader"/> reads it.</summary>
internal readonly ref struct JsonTableWriter(ReadOnlySpan<byte> text, JsonTape tape, TextBuffer output)
{
    private const int FewestRows = 2;
    private readonly ReadOnlySpan<byte> _text = text;

    /// <summary>False when no table came of it.</summary>
    public bool TryWrite()
    {
        if (tape[0].Next < tape.Count)
        {
            output.Append(Encodings.LineTable);
            return TryTable(0, tape.Count);
        }
        output.Append(Encodings.Table);
        return Value(0);
    }

    /// <summary>Writes a value; gives whether there is a table in it.</summary>
    private bool Value(int node)
    {
        var kind = tape[node].Kind;
        if (kind == '[' && TryTable(node + 1, tape[node].Next))
            return true;
        if (kind is not ((byte)'{' or (byte)'['))
        {
            output.Append(Raw(node));
            return false;
        }
        output.Append(kind);
        var tables = false;
        for (var child = node + 1; child < tape[node].Next; child = tape[child].Next)
        {
            if (child > node + 1)
                output.Append(',');
            if (kind == '{')
            {
                output.Append(Raw(child));
                output.Append(':');
                child = tape[child].Next;
            }
            tables |= Value(child);
        }
        output.Append((byte)(kind + 2));
        return tables;
    }

    private bool TryTable(int first, int end)
    {
        var count = 0;
        for (var node = first; node < end; node = tape[node].Next)
            count++;
        if (count < FewestRows || tape[first].Kind is not ((byte)'{' or (byte)'n'))
            return false;
        var start = output.Length;
        var rows = ArrayPool<int>.Shared.Rent(count);
        var fits = ArrayPool<bool>.Shared.Rent(count);
        var columns = new List<TableColumn>();
        try
        {
            for (int node = first, row = 0; node < end; node = tape[node].Next)
                rows[row++] = node;
            var layout = new TableLayout(_text, tape, rows.AsSpan(0, count));
            if (!layout.TryBuild(columns, fits.AsSpan(0, count)))
                return false;
            Table(columns, rows.AsSpan(0, count), fits);
        }
        finally
        {
            columns.ForEach(column => column.Return());
            ArrayPool<int>.Shared.Return(rows);
            ArrayPool<bool>.Shared.Return(fits);
        }
        if (output.Length - start < tape[end - 1].End - tape[first].Start)
            return true;
        output.Truncate(start);
        return false;
    }

    private void Table(List<TableColumn> columns, ReadOnlySpan<int> rows, ReadOnlySpan<bool> fits)
    {
        output.Append('[');
        Header(columns);
        output.Append(":\n"u8);
        for (var row = 0; row < rows.Length; row++)
        {
            if (fits[row])
                Row(columns, row, first: true);
            else
            {
                output.Append('!');
                Value(rows[row]);
            }
            output.Append('\n');
        }
        output.Append(']');
    }

    private void Header(List<TableColumn> columns)
    {
        output.Append('{');
        var first = true;
        foreach (var column in columns)
        {
            if (!first)
                output.Append(',');
            first = false;
            var name = Raw(column.Name);
            output.Append(TableCell.IsBareName(name) ? name[1..^1] : name);
            if (column.Group is { } group)
                Header(group);
            else if (column.IsConstant)
            {
                output.Append('=');
                Cell(column.Cells[FirstFilled(column)], constant: true);
            }
        }
        output.Append('}');
    }

    private static int FirstFilled(TableColumn column) => column.Cells.IndexOfAnyExcept(-1);

    /// <summary>Writes the cells of a row; gives whether the next cell is still its first.</summary>
    private bool Row(List<TableColumn> columns, int row, bool first)
    {
        foreach (var column in columns)
        {
            if (column.Group is { } group)
                first = Row(group, row, first);
            else if (!column.IsConstant)
            {
                if (!first)
                    output.Append(',');
                first = false;
                if (column.Cells[row] >= 0)
                    Cell(column.Cells[row], constant: false);
            }
        }
        return first;
    }

    private void Cell(int node, bool constant)
    {
        var raw = Raw(node);
        if (tape[node].Kind == '"' && TableCell.IsBare(raw, constant))
            output.Append(raw[1..^1]);
        else
            Value(node);
    }

    private ReadOnlySpan<byte> Raw(int node) => _text[tape[node].Start..tape[node].End];
}
