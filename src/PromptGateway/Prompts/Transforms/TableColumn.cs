using System.Buffers;

namespace PromptGateway.Prompts.Transforms;

/// <summary>One column of a table: a member's name on the tape, and its value in each row.</summary>
internal sealed class TableColumn(int name, int rows)
{
    /// <summary>The row's object lacks the member.</summary>
    public const int Missing = -1;

    /// <summary>The row has no object that could have the member.</summary>
    public const int Absent = -2;

    private readonly int[] _cells = NewCells(rows);

    public int Name { get; } = name;

    /// <summary>Nodes of the tape, <see cref="Missing"/> or <see cref="Absent"/>.</summary>
    public Span<int> Cells => _cells.AsSpan(0, rows);

    /// <summary>The members of the object that stands in every row, if so.</summary>
    public List<TableColumn>? Group { get; set; }

    /// <summary>Whether some rows have null, or nothing, in the place of the group's object. The first member is then a plain cell.</summary>
    public bool IsOptional { get; set; }

    /// <summary>Whether every row has the same value.</summary>
    public bool IsConstant { get; set; }

    /// <summary>What the strings of this column begin and end with, so that the cells hold only what is between; null: nothing.</summary>
    public TextHole? Hole { get; set; }

    /// <summary>The first value; <see cref="Missing"/> when there is none.</summary>
    public int FirstValue
    {
        get
        {
            var first = Cells.IndexOfAnyInRange(0, int.MaxValue);
            return first < 0 ? Missing : Cells[first];
        }
    }

    public void Return()
    {
        ArrayPool<int>.Shared.Return(_cells);
        Group?.ForEach(column => column.Return());
    }

    private static int[] NewCells(int rows)
    {
        var cells = ArrayPool<int>.Shared.Rent(rows);
        cells.AsSpan(0, rows).Fill(Missing);
        return cells;
    }
}
