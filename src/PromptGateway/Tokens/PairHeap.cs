namespace PromptGateway.Tokens;

/// <summary>
/// A binary min-heap of mergeable pairs over borrowed memory, ordered by rank and then by position, as byte-pair
/// merging asks: of equal ranks the leftmost goes first.
/// </summary>
internal ref struct PairHeap(Span<ulong> items)
{
    // Rank in the upper half, position in the lower: one comparison orders by both.
    private readonly Span<ulong> items = items;
    private int count;

    public void Push(int rank, int position)
    {
        var item = (ulong)(uint)rank << 32 | (uint)position;
        var hole = count++;
        while (hole > 0 && items[(hole - 1) / 2] > item)
        {
            items[hole] = items[(hole - 1) / 2];
            hole = (hole - 1) / 2;
        }
        items[hole] = item;
    }

    public bool TryPop(out int rank, out int position)
    {
        if (count == 0)
        {
            rank = position = 0;
            return false;
        }
        rank = (int)(items[0] >> 32);
        position = (int)(uint)items[0];
        var last = items[--count];
        var hole = 0;
        for (int child; (child = (2 * hole) + 1) < count; hole = child)
        {
            if (child + 1 < count && items[child + 1] < items[child])
                child++;
            if (items[child] >= last)
                break;
            items[hole] = items[child];
        }
        items[hole] = last;
        return true;
    }
}
