namespace PromptGateway.Prompts.Transforms;

/// <summary>Finds the columns that fit the objects of an array, or the members of an object.</summary>
/// <param name="text">The JSON.</param>
/// <param name="tape">Where its values are.</param>
/// <param name="rows">The values, on the tape.</param>
/// <param name="isKeyed">Whether each row has a name: then a row that does not fit costs nothing, and those that do must have all members.</param>
internal readonly ref struct TableLayout(ReadOnlySpan<byte> text, JsonTape tape, ReadOnlySpan<int> rows, bool isKeyed)
{
    private const int MostColumns = 64;

    /// <summary>At most one row in so many may be an exception.</summary>
    private const int OneExceptionIn = 4;

    private readonly ReadOnlySpan<byte> _text = text;
    private readonly ReadOnlySpan<int> _rows = rows;

    /// <summary>Fills the columns and marks the rows that fit; false when a table would not pay.</summary>
    public bool TryBuild(List<TableColumn> columns, Span<bool> fits)
    {
        var fitting = 0;
        for (var row = 0; row < _rows.Length; row++)
        {
            fits[row] = tape[_rows[row]].Kind == '{' && TryRow(columns, row);
            fitting += fits[row] ? 1 : 0;
        }
        if (fitting < 2 || (!isKeyed && (_rows.Length - fitting) * OneExceptionIn > _rows.Length))
            return false;
        var filled = 0;
        for (var index = columns.Count - 1; index >= 0; index--)
        {
            var inColumn = Filled(columns[index]);
            filled += inColumn;
            if (inColumn > 0)
                continue;
            columns[index].Return();
            columns.RemoveAt(index);
        }
        if (columns.Count == 0 || filled * (isKeyed ? 1 : 2) < columns.Count * fitting)
            return false;
        var shapes = new ColumnShapes(_text, tape, tape[_rows[^1]].Next - _rows[0]);
        foreach (var column in columns)
        {
            for (var row = 0; row < fits.Length; row++)
                if (!fits[row])
                    column.Cells[row] = TableColumn.Absent;
            shapes.Refine(column);
        }
        return true;
    }

    /// <summary>Puts a row's members into the columns, adding those that are new. False when the order of its members does not fit.</summary>
    private bool TryRow(List<TableColumn> columns, int row)
    {
        var next = 0;
        var node = _rows[row] + 1;
        while (node < tape[_rows[row]].Next)
        {
            var at = Find(columns, node, next);
            if (at >= 0 && at < next || at < 0 && columns.Count == MostColumns)
            {
                foreach (var column in columns)
                    column.Cells[row] = TableColumn.Missing;
                return false;
            }
            if (at < 0)
                columns.Insert(at = next, new TableColumn(node, _rows.Length));
            columns[at].Cells[row] = node + 1;
            next = at + 1;
            node = tape[node + 1].Next;
        }
        return true;
    }

    private int Find(List<TableColumn> columns, int name, int next)
    {
        for (var index = next; index < columns.Count; index++)
            if (Raw(columns[index].Name).SequenceEqual(Raw(name)))
                return index;
        for (var index = 0; index < next; index++)
            if (Raw(columns[index].Name).SequenceEqual(Raw(name)))
                return index;
        return -1;
    }

    private static int Filled(TableColumn column) => column.Cells.Length - column.Cells.Count(TableColumn.Missing);

    private ReadOnlySpan<byte> Raw(int node) => _text[tape[node].Start..tape[node].End];
}
