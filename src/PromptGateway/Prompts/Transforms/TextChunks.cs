using System.Buffers;

namespace PromptGateway.Prompts.Transforms;

/// <summary>The lines of a text, in chunks of a few lines, and which of them stay.</summary>
internal sealed class TextChunks : IDisposable
{
    public const int LinesPerChunk = 6;

    private readonly Range[] _ranges;
    private readonly bool[] _kept;

    public TextChunks(ReadOnlySpan<byte> text)
    {
        Lines = text.Count((byte)'\n') + 1;
        _ranges = ArrayPool<Range>.Shared.Rent(Lines);
        _kept = ArrayPool<bool>.Shared.Rent(Lines);
        Array.Clear(_kept, 0, Lines);
        var line = 0;
        foreach (var range in text.Split((byte)'\n'))
            _ranges[line++] = range;
        for (line = 0; line < Lines; line++)
            if (ErrorWords.Stand(text[_ranges[line]]))
                for (var near = Math.Max(0, line - 1); near <= Math.Min(Lines - 1, line + 1); near++)
                    Keep(near);
        Text = text.ToArray();
    }

    /// <summary>A copy, so that chunks can be kept in a field.</summary>
    public byte[] Text { get; }

    public int Lines { get; }

    public int Count => (Lines + LinesPerChunk - 1) / LinesPerChunk;

    /// <summary>Bytes of the lines that stay.</summary>
    public int KeptBytes { get; private set; }

    public Range Line(int line) => _ranges[line];

    public bool IsKept(int line) => _kept[line];

    public void Keep(int line)
    {
        if (_kept[line])
            return;
        _kept[line] = true;
        KeptBytes += LengthOf(line);
    }

    public void KeepChunk(int chunk)
    {
        for (var line = chunk * LinesPerChunk; line < Math.Min(Lines, (chunk + 1) * LinesPerChunk); line++)
            Keep(line);
    }

    /// <summary>Bytes that keeping a whole chunk would add.</summary>
    public int CostOf(int chunk)
    {
        var cost = 0;
        for (var line = chunk * LinesPerChunk; line < Math.Min(Lines, (chunk + 1) * LinesPerChunk); line++)
            cost += _kept[line] ? 0 : LengthOf(line);
        return cost;
    }

    public ReadOnlySpan<byte> Chunk(int chunk)
    {
        var last = Math.Min(Lines, (chunk + 1) * LinesPerChunk) - 1;
        return Text.AsSpan(
            _ranges[chunk * LinesPerChunk].Start.Value,
            _ranges[last].End.Value - _ranges[chunk * LinesPerChunk].Start.Value
        );
    }

    public void Dispose()
    {
        ArrayPool<Range>.Shared.Return(_ranges);
        ArrayPool<bool>.Shared.Return(_kept);
    }

    private int LengthOf(int line) => _ranges[line].End.Value - _ranges[line].Start.Value + 1;
}
