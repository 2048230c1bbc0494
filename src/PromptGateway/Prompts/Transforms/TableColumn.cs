using System.Buffers;

namespace PromptGateway.Prompts.Transforms;

/// <summary>One column of a table: a member's name on the tape, and its value in each row, -1 where the row has none.</summary>
internal sealed class TableColumn(int name, int rows)
{
    private readonly int[] _cells = NewCells(rows);

    public int Name { get; } = name;

    public Span<int> Cells => _cells.AsSpan(0, rows);

    /// <summary>The members of the object that stands in every row, if so.</summary>
    public List<TableColumn>? Group { get; set; }

    /// <summary>Whether every row has the same value.</summary>
    public bool IsConstant { get; set; }

    public void Return()
    {
        ArrayPool<int>.Shared.Return(_cells);
        Group?.ForEach(column => column.Return());
    }

    private static int[] NewCells(int rows)
    {
        var cells = ArrayPool<int>.Shared.Rent(rows);
        cells.AsSpan(0, rows).Fill(-1);
        return cells;
    }
}
