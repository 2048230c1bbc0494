namespace PromptGateway.Prompts.Transforms;

/// <summary>Finds the columns of a table that have one value, and those whose values are like objects or begin and end alike.</summary>
/// <param name="text">The JSON.</param>
/// <param name="tape">Where its values are.</param>
/// <param name="nodes">How many of them the table has.</param>
internal ref struct ColumnShapes(ReadOnlySpan<byte> text, JsonTape tape, int nodes)
{
    /// <summary>
    /// Cells within groups for each value of the table. Where objects are rare and have many members, nearly all cells are empty, and
    /// without a bound there are as many as rows times members.
    /// </summary>
    private const int CellsPerNode = 16;

    /// <summary>An object must stand in one row of so many at least, for its members to become columns.</summary>
    private const int OneObjectIn = 4;

    private readonly ReadOnlySpan<byte> _text = text;
    private long _room = (long)nodes * CellsPerNode;

    public void Refine(TableColumn column) => Refine(column, 0, isPlain: false);

    /// <param name="column">Of which the values are known.</param>
    /// <param name="depth">How many groups it is in.</param>
    /// <param name="isPlain">Whether it must have a cell of its own in every row.</param>
    private void Refine(TableColumn column, int depth, bool isPlain)
    {
        var first = column.FirstValue;
        if (first < 0)
            return;
        var (sample, objects, rows) = (-1, 0, 0);
        var (isSame, hasGaps, areObjects) = (true, false, !isPlain && depth < JsonTape.MaxDepth);
        foreach (var cell in column.Cells)
        {
            if (cell == TableColumn.Absent)
                continue;
            rows++;
            isSame = isSame && cell >= 0 && Raw(cell).SequenceEqual(Raw(first));
            if (cell < 0 || tape[cell].Kind == 'n')
                hasGaps = true;
            else if (areObjects)
            {
                sample = sample < 0 ? cell : sample;
                areObjects = tape[cell].Kind == '{' && tape[cell].Next > cell + 1 && HasNamesOf(cell, sample);
                objects++;
            }
        }
        column.IsConstant = isSame && !isPlain;
        if (column.IsConstant)
            return;
        if (
            areObjects
            && sample >= 0
            && (!hasGaps || (objects > 1 && objects * OneObjectIn >= rows && CanBeAbsent(column)))
            && TryTakeRoom(sample, column.Cells.Length)
        )
            Split(column, sample, hasGaps, depth);
        else
            column.Hole = new ColumnEdges(_text, tape).Find(column.Cells);
    }

    /// <summary>Null in the place of the first member stands for an object that is null; so that member must never be null itself.</summary>
    private readonly bool CanBeAbsent(TableColumn column)
    {
        foreach (var cell in column.Cells)
            if (cell >= 0 && tape[cell].Kind == '{' && tape[cell + 2].Kind == 'n')
                return false;
        return true;
    }

    private bool TryTakeRoom(int sample, int rows)
    {
        var cells = 0L;
        for (var name = sample + 1; name < tape[sample].Next; name = tape[name + 1].Next)
            cells += rows;
        if (cells > _room)
            return false;
        _room -= cells;
        return true;
    }

    private readonly bool HasNamesOf(int node, int sample)
    {
        if (node == sample)
            return true;
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

    private void Split(TableColumn column, int sample, bool isOptional, int depth)
    {
        var members = new List<TableColumn>();
        for (var name = sample + 1; name < tape[sample].Next; name = tape[name + 1].Next)
            members.Add(new TableColumn(name, column.Cells.Length));
        for (var row = 0; row < column.Cells.Length; row++)
        {
            var cell = column.Cells[row];
            var name = cell >= 0 && tape[cell].Kind == '{' ? cell + 1 : -1;
            foreach (var member in members)
            {
                member.Cells[row] = name < 0 ? TableColumn.Absent : name + 1;
                name = name < 0 ? name : tape[name + 1].Next;
            }
        }
        column.Group = members;
        column.IsOptional = isOptional;
        for (var index = 0; index < members.Count; index++)
            Refine(members[index], depth + 1, isPlain: isOptional && index == 0);
    }

    private readonly ReadOnlySpan<byte> Raw(int node) => _text[tape[node].Start..tape[node].End];
}
