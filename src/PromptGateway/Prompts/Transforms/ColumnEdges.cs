using System.Buffers;

namespace PromptGateway.Prompts.Transforms;

/// <summary>Finds what all strings of a column begin and end with: the address of an API, the day of a time stamp, the host of a mailbox.</summary>
internal readonly ref struct ColumnEdges(ReadOnlySpan<byte> text, JsonTape tape)
{
    private const int FewestStrings = 3;

    /// <summary>A hole must save so many bytes in all: its header, and as much again.</summary>
    private const int SmallestGain = 16;

    /// <summary>At most one string in so many may have to be written whole.</summary>
    private const int OneExceptionIn = 4;

    /// <summary>What the header would take for its own, and what no edge is cut from.</summary>
    private static readonly SearchValues<byte> Never = SearchValues.Create(",\\{}\""u8);

    private readonly ReadOnlySpan<byte> _text = text;

    /// <summary>Null when the column has other values than strings, literals and what is within brackets, or when it would not pay.</summary>
    public TextHole? Find(ReadOnlySpan<int> cells)
    {
        int strings = 0,
            sample = -1,
            shortest = int.MaxValue;
        ReadOnlySpan<byte> prefix = default,
            suffix = default;
        foreach (var cell in cells)
        {
            if (cell < 0)
                continue;
            if (tape[cell].Kind != '"')
            {
                if (tape[cell].Kind is (byte)'-' or (>= (byte)'0' and <= (byte)'9'))
                    return null;
                continue;
            }
            var value = Inner(cell);
            if (strings++ == 0)
            {
                sample = cell;
                prefix = suffix = value;
            }
            prefix = prefix[..prefix.CommonPrefixLength(value)];
            suffix = suffix[^CommonSuffix(suffix, value)..];
            shortest = Math.Min(shortest, value.Length);
            if (prefix.IsEmpty && suffix.IsEmpty)
                return null;
        }
        if (strings < FewestStrings)
            return null;
        prefix = Start(prefix, shortest - 1);
        suffix = End(suffix, shortest - 1 - prefix.Length);
        var hole = new TextHole(sample, prefix.Length, suffix.Length);
        return Pays(hole, cells, strings) ? hole : null;
    }

    private bool Pays(TextHole hole, ReadOnlySpan<int> cells, int strings)
    {
        var edges = hole.Prefix + hole.Suffix;
        if (edges == 0)
            return false;
        var whole = 0;
        foreach (var cell in cells)
            if (cell >= 0 && tape[cell].Kind == '"' && !TableCell.IsFilling(Inner(cell)[hole.Prefix..^hole.Suffix]))
                whole++;
        return whole * OneExceptionIn <= strings && ((strings - whole) * edges) - edges - (2 * whole) >= SmallestGain;
    }

    /// <summary>Edges end where words do: half a word is no shorter in tokens.</summary>
    private static ReadOnlySpan<byte> Start(ReadOnlySpan<byte> prefix, int most)
    {
        prefix = prefix[..Math.Clamp(most, 0, prefix.Length)];
        var never = prefix.IndexOfAny(Never);
        if (never >= 0)
            prefix = prefix[..never];
        while (!prefix.IsEmpty && !IsMark(prefix[^1]))
            prefix = prefix[..^1];
        return prefix.IsEmpty || prefix[0] is (byte)'[' or (byte)' ' ? default : prefix;
    }

    private static ReadOnlySpan<byte> End(ReadOnlySpan<byte> suffix, int most)
    {
        suffix = suffix[^Math.Clamp(most, 0, suffix.Length)..];
        suffix = suffix[(suffix.LastIndexOfAny(Never) + 1)..];
        while (!suffix.IsEmpty && !IsMark(suffix[0]))
            suffix = suffix[1..];
        return suffix;
    }

    /// <summary>Neither a letter or digit nor a part of one.</summary>
    private static bool IsMark(byte unit) => unit < 0x80 && !char.IsAsciiLetterOrDigit((char)unit);

    private static int CommonSuffix(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var most = Math.Min(left.Length, right.Length);
        var length = 0;
        while (length < most && left[^(length + 1)] == right[^(length + 1)])
            length++;
        return length;
    }

    private ReadOnlySpan<byte> Inner(int node) => _text[(tape[node].Start + 1)..(tape[node].End - 1)];
}
