using System.Buffers;
using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>Writes the values of a tape with tables for the arrays and objects that fit one. <see cref="JsonTableReader"/> reads it.</summary>
internal ref struct JsonTableWriter(ReadOnlySpan<byte> text, JsonTape tape, TextBuffer output)
{
    private const int FewestRows = 2;

    /// <summary>Bytes that a named row without cells saves by its quotes: they are hardly tokens, and so no gain.</summary>
    private const int QuotesOfRow = 4;

    /// <summary>
    /// Tables within constants of tables. A reader goes through a constant once more than there are rows; nested, that adds up to more than
    /// the text that comes of it.
    /// </summary>
    private const int DeepestConstant = 3;

    private readonly ReadOnlySpan<byte> _text = text;
    private bool _hasHoles;
    private int _constants;

    /// <summary>Bytes that were written for tables that did not pay. Without a bound, tables in tables would be tried over and over.</summary>
    private int _discarded;

    /// <summary>Whether there is an object that became a table.</summary>
    public bool HasKeyed { get; private set; }

    /// <summary>False when no table came of it.</summary>
    public bool TryWrite()
    {
        var isLines = tape[0].Next < tape.Count;
        output.Append(isLines ? Encodings.LineTable : Encodings.Table);
        var notes = output.Length;
        output.Append(Encodings.Holes);
        output.Append(Encodings.Keyed);
        output.Append('\n');
        if (isLines ? !TryTable(0, tape.Count) : !Value(0))
            return false;
        // What explains nothing is not said.
        if (!HasKeyed)
            output.Remove(notes + Encodings.Holes.Length, Encodings.Keyed.Length);
        if (!_hasHoles)
            output.Remove(notes, Encodings.Holes.Length);
        return true;
    }

    /// <summary>Writes a value; gives whether there is a table in it.</summary>
    private bool Value(int node)
    {
        var kind = tape[node].Kind;
        if (_constants <= DeepestConstant)
        {
            if (kind == '[' && TryTable(node + 1, tape[node].Next))
                return true;
            if (kind == '{' && TryKeyed(node))
                return true;
        }
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
        return TryRows(first, end, count, isKeyed: false);
    }

    /// <summary>An object with several members that are objects alike.</summary>
    private bool TryKeyed(int node)
    {
        int count = 0,
            alike = 0,
            objects = 0,
            sample = -1;
        for (var name = node + 1; name < tape[node].Next; name = tape[name + 1].Next)
        {
            count++;
            var value = name + 1;
            if (tape[value].Kind != '{' || tape[value].Next == value + 1)
                continue;
            objects++;
            if (sample < 0)
                sample = value;
            else if (Raw(value + 1).SequenceEqual(Raw(sample + 1)))
                alike++;
        }
        return alike > 0 && (alike + 1) * 2 > objects && TryRows(node + 1, tape[node].Next, count, isKeyed: true);
    }

    private bool TryRows(int first, int end, int count, bool isKeyed)
    {
        if (_discarded > _text.Length)
            return false;
        var (start, hadHoles, hadKeyed) = (output.Length, _hasHoles, HasKeyed);
        var rows = ArrayPool<int>.Shared.Rent(count);
        var fits = ArrayPool<bool>.Shared.Rent(count);
        var columns = new List<TableColumn>();
        var quotes = 0;
        try
        {
            var row = 0;
            for (var node = first; node < end; node = tape[node].Next)
                rows[row++] = isKeyed ? ++node : node;
            var layout = new TableLayout(_text, tape, rows.AsSpan(0, count), isKeyed);
            if (!layout.TryBuild(columns, fits.AsSpan(0, count)))
                return false;
            output.Append(isKeyed ? '{' : '[');
            Header(columns);
            output.Append(":\n"u8);
            if (isKeyed)
            {
                KeyedRows(columns, rows.AsSpan(0, count), fits);
                quotes = QuotesOfRow * fits.AsSpan(0, count).Count(false);
            }
            else
                Rows(columns, rows.AsSpan(0, count), fits);
            output.Append(isKeyed ? '}' : ']');
        }
        finally
        {
            columns.ForEach(column => column.Return());
            ArrayPool<int>.Shared.Return(rows);
            ArrayPool<bool>.Shared.Return(fits);
        }
        HasKeyed |= isKeyed;
        if (output.Length - start + quotes < tape[end - 1].End - tape[first].Start)
            return true;
        _discarded += output.Length - start;
        output.Truncate(start);
        (_hasHoles, HasKeyed) = (hadHoles, hadKeyed);
        return false;
    }

    private void Rows(List<TableColumn> columns, ReadOnlySpan<int> rows, ReadOnlySpan<bool> fits)
    {
        for (var row = 0; row < rows.Length; row++)
        {
            if (fits[row])
                Row(columns, 0, row, first: true);
            else
            {
                output.Append('!');
                Value(rows[row]);
            }
            output.Append('\n');
        }
    }

    private void KeyedRows(List<TableColumn> columns, ReadOnlySpan<int> rows, ReadOnlySpan<bool> fits)
    {
        for (var row = 0; row < rows.Length; row++)
        {
            Name(rows[row] - 1);
            output.Append(fits[row] ? ':' : '=');
            if (fits[row])
                Row(columns, 0, row, first: true);
            else
                Text(rows[row], TableCell.EndsLine);
            output.Append('\n');
        }
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
            Name(column.Name);
            if (column.Group is { } group)
            {
                if (column.IsOptional)
                    output.Append('?');
                Header(group);
            }
            else if (column.IsConstant)
            {
                output.Append('=');
                _constants++;
                Text(column.FirstValue, TableCell.EndsConstant);
                _constants--;
            }
            else if (column.Hole is { } hole)
            {
                var inner = Raw(hole.Node)[1..^1];
                output.Append('=');
                output.Append(inner[..hole.Prefix]);
                output.Append("{}"u8);
                output.Append(inner[^hole.Suffix..]);
                _hasHoles = true;
            }
        }
        output.Append('}');
    }

    private readonly void Name(int node)
    {
        var name = Raw(node);
        output.Append(TableCell.IsBareName(name) ? name[1..^1] : name);
    }

    /// <summary>Writes the cells of a row from a column on; gives whether the next cell is still its first.</summary>
    private bool Row(List<TableColumn> columns, int from, int row, bool first)
    {
        for (var index = from; index < columns.Count; index++)
        {
            var column = columns[index];
            if (column.IsConstant)
                continue;
            if (column.Group is { } group)
            {
                var isNull = column.IsOptional && column.Cells[row] >= 0 && tape[column.Cells[row]].Kind == 'n';
                if (isNull)
                    output.Append(first ? "null"u8 : ",null"u8);
                first = Row(group, isNull ? 1 : 0, row, first && !isNull);
                continue;
            }
            if (!first)
                output.Append(',');
            first = false;
            if (column.Cells[row] >= 0)
                Cell(column, column.Cells[row]);
        }
        return first;
    }

    private void Cell(TableColumn column, int node)
    {
        if (column.Hole is not { } hole || tape[node].Kind != '"')
        {
            Text(node, TableCell.EndsCell);
            return;
        }
        var raw = Raw(node);
        var filling = raw[(1 + hole.Prefix)..^(1 + hole.Suffix)];
        output.Append(TableCell.IsFilling(filling) ? filling : raw);
    }

    private void Text(int node, SearchValues<byte> ends)
    {
        var raw = Raw(node);
        if (tape[node].Kind == '"' && TableCell.IsBare(raw, ends))
            output.Append(raw[1..^1]);
        else
            Value(node);
    }

    private readonly ReadOnlySpan<byte> Raw(int node) => _text[tape[node].Start..tape[node].End];
}
