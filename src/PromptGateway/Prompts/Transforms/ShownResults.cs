using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>The texts of the tool results so far, line by line, as they go upstream, and where stretches of them can be found again.</summary>
internal sealed class ShownResults : IDisposable
{
    /// <summary>The shortest stretch, in bytes, that is worth a reference.</summary>
    public const int ShortestStretch = 240;

    private readonly TextBuffer _text = new();
    private readonly List<int> _firstLines = [];
    private readonly List<Range> _lines = [];
    private readonly List<ulong> _hashes = [];
    private readonly Dictionary<ulong, (int Result, int Line)> _stretches = [];
    private readonly HashSet<int> _forgotten = [];
    private readonly List<(int Citing, int Cited)> _citations = [];

    public int Count => _firstLines.Count;

    /// <summary>Whether there is nothing that could be referred to.</summary>
    public bool IsEmpty => _stretches.Count == 0;

    /// <summary>Which result refers to which.</summary>
    public IReadOnlyList<(int Citing, int Cited)> Citations => _citations;

    /// <summary>Notes that the next result refers to an earlier one.</summary>
    public void Cite(int result) => _citations.Add((Count + 1, result));

    /// <summary>A result is not shown any more, so that nothing may refer to it.</summary>
    public void Forget(int result) => _forgotten.Add(result);

    public void Clear()
    {
        _text.Clear();
        _firstLines.Clear();
        _lines.Clear();
        _stretches.Clear();
        _forgotten.Clear();
        _citations.Clear();
    }

    /// <summary>How many lines a result has; both count from 1.</summary>
    public int Lines(int result) => (result < Count ? _firstLines[result] : _lines.Count) - _firstLines[result - 1];

    /// <summary>A line of a result; both count from 1.</summary>
    public ReadOnlySpan<byte> Line(int result, int line) => _text.Text[_lines[_firstLines[result - 1] + line - 1]];

    /// <summary>Remembers the next result. A text that is not worth a reference counts, with no lines.</summary>
    public void Add(ReadOnlySpan<byte> text, bool index)
    {
        _firstLines.Add(_lines.Count);
        if (text.Length < ShortestStretch)
            return;
        var origin = _text.Length;
        _text.Append(text);
        foreach (var range in text.Split((byte)'\n'))
            _lines.Add(new Range(origin + range.Start.Value, origin + range.End.Value));
        if (!index)
            return;
        HashLines(text);
        var from = 0;
        foreach (var range in text.Split((byte)'\n'))
        {
            if (TryHash(text.Length - range.Start.Value, from, out var hash))
                _stretches.TryAdd(hash, (Count, from + 1));
            from++;
        }
    }

    /// <summary>Prepares <see cref="TryFind"/> for the lines of a text.</summary>
    public void HashLines(ReadOnlySpan<byte> text)
    {
        _hashes.Clear();
        foreach (var range in text.Split((byte)'\n'))
        {
            _hashes.Add((ulong)(range.End.Value - range.Start.Value));
            _hashes.Add(LogLine.HashOf(text[range]));
        }
    }

    /// <summary>Where the stretch that starts at a line of that text was shown before. Its lines are still to be compared.</summary>
    public bool TryFind(int bytesLeft, int line, out (int Result, int Line) place)
    {
        place = default;
        return TryHash(bytesLeft, line, out var hash) && _stretches.TryGetValue(hash, out place) && !_forgotten.Contains(place.Result);
    }

    public void Dispose() => _text.Dispose();

    /// <summary>The hash of as many whole lines as make a stretch; blank lines begin none.</summary>
    private bool TryHash(int bytesLeft, int line, out ulong hash)
    {
        hash = 0;
        if (bytesLeft < ShortestStretch || _hashes[line * 2] == 0)
            return false;
        var bytes = 0UL;
        for (var at = line * 2; bytes < ShortestStretch; at += 2)
        {
            if (at >= _hashes.Count)
                return false;
            bytes += _hashes[at] + 1;
            hash = LogLine.Mix(hash, _hashes[at + 1]);
        }
        return true;
    }
}
