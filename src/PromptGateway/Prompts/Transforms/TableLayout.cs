namespace PromptGateway.Prompts.Transforms;

/// <summary>Finds the columns that fit the objects of an array.</summary>
internal readonly ref struct TableLayout(ReadOnlySpan<byte> text, JsonTape tape, ReadOnlySpan<int> rows)
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
        if (fitting < 2 || (_rows.Length - fitting) * OneExceptionIn > _rows.Length)
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
        if (columns.Count == 0 || filled * 2 < columns.Count * fitting)
            return false;
        foreach (var column in columns)
            Refine(column, fits, 0);
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
                    column.Cells[row] = -1;
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

    private static int Filled(TableColumn column) => column.Cells.Length - column.Cells.Count(-1);

    /// <summary>Turns a column of like objects into one column for each of their members, and finds columns with one value.</summary>
    private void Refine(TableColumn column, ReadOnlySpan<bool> fits, int depth)
    {
        var first = fits.IndexOf(true);
        var sample = column.Cells[first];
        if (sample < 0)
            return;
        var same = true;
        var grouped = tape[sample].Kind == '{' && tape[sample].Next > sample + 1 && depth < JsonTape.MaxDepth;
        for (var row = first + 1; row < fits.Length && (same || grouped); row++)
        {
            if (!fits[row])
                continue;
            var cell = column.Cells[row];
            if (cell < 0)
                return;
            same = same && Raw(cell).SequenceEqual(Raw(sample));
            grouped = grouped && HasNamesOf(cell, sample);
        }
        column.IsConstant = same;
        if (same || !grouped)
            return;
        column.Group = Members(column, sample, fits);
        foreach (var member in column.Group)
            Refine(member, fits, depth + 1);
    }

    private bool HasNamesOf(int node, int sample)
    {
        if (tape[node].Kind != '{')
            return false;
        var end = tape[node].Next;
        var sampleEnd = tape[sample].Next;
        node++;
        sample++;
        while (node < end && sample < sampleEnd && Raw(node).SequenceEqual(Raw(sample)))
        {
            node = tape[node + 1].Next;
            sample = tape[sample + 1].Next;
        }
        return node == end && sample == sampleEnd;
    }

    private List<TableColumn> Members(TableColumn column, int sample, ReadOnlySpan<bool> fits)
    {
        var members = new List<TableColumn>();
        for (var name = sample + 1; name < tape[sample].Next; name = tape[name + 1].Next)
            members.Add(new TableColumn(name, fits.Length));
        for (var row = 0; row < fits.Length; row++)
        {
            if (!fits[row])
                continue;
            var name = column.Cells[row] + 1;
            foreach (var member in members)
            {
                member.Cells[row] = name + 1;
                name = tape[name + 1].Next;
            }
        }
        return members;
    }

    private ReadOnlySpan<byte> Raw(int node) => _text[tape[node].Start..tape[node].End];
}
