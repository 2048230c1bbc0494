using System.Buffers;

namespace PromptGateway.Json;

/// <summary>
/// The members of one scanned object in the order of the document, with lookup by decoded name. Holds offsets only, so every lookup takes
/// the buffer that was scanned. Rent one, reuse it, dispose it; not thread-safe.
/// </summary>
internal sealed class JsonMemberList : IDisposable
{
    /// <summary>More members than any API defines, few enough that the search for duplicates stays cheap on hostile input.</summary>
    public const int MaxMembers = 1024;

    private const int StackNameLength = 256;

    [ThreadStatic]
    private static JsonMemberList? _cached;

    private JsonMember[] _members = new JsonMember[16];
    private uint[] _hashes = new uint[16];
    private bool _returned;

    public int Count { get; private set; }

    public ref readonly JsonMember this[int index] => ref _members.AsSpan(0, Count)[index];

    public ReadOnlySpan<JsonMember> Members => _members.AsSpan(0, Count);

    /// <summary>An empty list, a used one where the thread keeps one.</summary>
    public static JsonMemberList Rent()
    {
        var list = _cached ?? new JsonMemberList();
        _cached = null;
        list._returned = false;
        return list;
    }

    /// <summary>Gives the list back; it must not be used afterwards.</summary>
    public void Dispose()
    {
        if (_returned)
            return;
        _returned = true;
        Count = 0;
        _cached = this;
    }

    public void Clear() => Count = 0;

    /// <summary>The index of the member with this decoded name, or -1.</summary>
    public int IndexOf(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> decodedName) =>
        IndexOf(utf8, decodedName, JsonNameHash.Compute(decodedName));

    /// <summary>Finds a member by its decoded name; <paramref name="utf8"/> is the buffer that was scanned.</summary>
    public bool TryFind(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> decodedName, out JsonMember member)
    {
        var index = IndexOf(utf8, decodedName);
        member = index < 0 ? default : _members[index];
        return index >= 0;
    }

    /// <summary>Adds a member; refuses a name that is in the list already, and more than <see cref="MaxMembers"/>.</summary>
    public JsonScanError Add(ReadOnlySpan<byte> utf8, in JsonMember member)
    {
        if (Count == MaxMembers)
            return JsonScanError.TooManyMembers;
        if (member.NameHasEscapes)
            return AddEscaped(utf8, member);
        return AddUnique(utf8, member, member.RawName(utf8));
    }

    private JsonScanError AddEscaped(ReadOnlySpan<byte> utf8, in JsonMember member)
    {
        var raw = member.RawName(utf8);
        var rented = raw.Length > StackNameLength ? ArrayPool<byte>.Shared.Rent(raw.Length) : null;
        Span<byte> decoded = rented ?? stackalloc byte[StackNameLength];
        var length = JsonEscape.Decode(raw, decoded);
        var error = AddUnique(utf8, member, decoded[..length]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return error;
    }

    private JsonScanError AddUnique(ReadOnlySpan<byte> utf8, in JsonMember member, ReadOnlySpan<byte> decodedName)
    {
        var hash = JsonNameHash.Compute(decodedName);
        if (IndexOf(utf8, decodedName, hash) >= 0)
            return JsonScanError.DuplicateMember;
        if (Count == _members.Length)
            Grow();
        _members[Count] = member;
        _hashes[Count++] = hash;
        return JsonScanError.None;
    }

    private int IndexOf(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> decodedName, uint hash)
    {
        for (var from = 0; from < Count; )
        {
            var found = _hashes.AsSpan(from, Count - from).IndexOf(hash);
            if (found < 0)
                return -1;
            if (_members[from + found].NameEquals(utf8, decodedName))
                return from + found;
            from += found + 1;
        }
        return -1;
    }

    private void Grow()
    {
        Array.Resize(ref _members, _members.Length * 2);
        Array.Resize(ref _hashes, _hashes.Length * 2);
    }
}
