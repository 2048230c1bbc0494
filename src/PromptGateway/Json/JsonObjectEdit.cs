namespace PromptGateway.Json;

/// <summary>
/// Edits of one scanned object that keep its commas right, whatever is removed and added: gather them, then <see cref="ApplyTo"/> a
/// splice of the same buffer, once. Works for the document and, with a nested scan, for an object inside it. The member list is borrowed.
/// </summary>
internal sealed class JsonObjectEdit(JsonScanResult scan, JsonMemberList members)
{
    private static readonly ReadOnlyMemory<byte> Comma = ","u8.ToArray();

    private readonly List<int> _removed = [];
    private readonly List<ReadOnlyMemory<byte>> _appended = [];
    private readonly List<(int Index, ReadOnlyMemory<byte> Json)> _replaced = [];

    /// <summary>Removes the member at this index of the list, with the comma that belongs to it.</summary>
    public void Remove(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)members.Count);
        var at = _removed.BinarySearch(index);
        if (at < 0)
            _removed.Insert(~at, index);
    }

    /// <summary>Replaces the value of the member at this index; <paramref name="json"/> must be one JSON value.</summary>
    public void Replace(int index, ReadOnlyMemory<byte> json)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)members.Count);
        _replaced.Add((index, json));
    }

    /// <summary>Adds a member behind the last one; give it whole and without a comma: <c>"name":value</c>.</summary>
    public void Append(ReadOnlyMemory<byte> member) => _appended.Add(member);

    /// <summary>Writes the edits into the splice. A member that was both replaced and removed is removed.</summary>
    public void ApplyTo(JsonSplice splice)
    {
        foreach (var (index, json) in _replaced)
        {
            if (_removed.BinarySearch(index) < 0)
                splice.ReplaceValue(members[index], json);
        }
        ApplyRemovals(splice);
        ApplyAppends(splice);
    }

    private void ApplyRemovals(JsonSplice splice)
    {
        for (var i = 0; i < _removed.Count; )
        {
            var first = _removed[i];
            var last = first;
            while (++i < _removed.Count && _removed[i] == last + 1)
                last++;
            var (start, end) = SpanOf(first, last);
            splice.Replace(start, end - start, default);
        }
    }

    /// <summary>
    /// What goes when these neighbours go: with the comma before them, or, when nothing is left before them, with the comma behind.
    /// </summary>
    private (int Start, int End) SpanOf(int first, int last)
    {
        if (first > 0)
            return (members[first - 1].ValueEnd, members[last].ValueEnd);
        return last + 1 < members.Count
            ? (members[0].NameStart, members[last + 1].NameStart)
            : (members[0].NameStart, members[last].ValueEnd);
    }

    private void ApplyAppends(JsonSplice splice)
    {
        var offset = members.Count > 0 ? members[members.Count - 1].ValueEnd : scan.ObjectClose;
        var isFirst = _removed.Count == members.Count;
        foreach (var member in _appended)
        {
            if (!isFirst)
                splice.Insert(offset, Comma);
            splice.Insert(offset, member);
            isFirst = false;
        }
    }
}
