using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Numerics;

namespace PromptGateway.Usage.Journal;

/// <summary>
/// One file of the journal, mapped into memory: what is copied there belongs to the operating system, and survives the process however
/// it ends. Records stand one behind the other: length, CRC-32C, bytes; a length of 0 ends them. Appends are the owner's to
/// serialize; counting what is settled is not.
/// </summary>
internal sealed unsafe class JournalSegment : IDisposable
{
    private const int Frame = 8;

    /// <summary>Exclusive for as long as it is open: the operating system lets go of it when the process dies.</summary>
    private readonly FileStream _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int _capacity;
    private int _position;

    private JournalSegment(FileStream file, int capacity)
    {
        (_file, _capacity) = (file, capacity);
        _map = MemoryMappedFile.CreateFromFile(file, null, capacity, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, true);
        _view = _map.CreateViewAccessor(0, capacity);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public string Path => _file.Name;

    /// <summary>Records that are not in the ledger yet. Owner's lock.</summary>
    public int Open { get; set; }

    public bool IsHalfFull => _position > _capacity / 2;

    /// <param name="path">Must not exist.</param>
    /// <param name="capacity">Bytes; set aside at once, because a full disk would kill the process that writes to a mapped hole.</param>
    /// <exception cref="IOException">There is no room, or the directory cannot be written.</exception>
    public static JournalSegment Create(string path, int capacity)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            PreallocationSize = capacity,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        try
        {
            file.SetLength(capacity);
            return new JournalSegment(file, capacity);
        }
        catch
        {
            file.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>False when there is no room left.</summary>
    public bool TryAppend(ReadOnlySpan<byte> record)
    {
        if (_position + Frame + record.Length + sizeof(int) > _capacity)
            return false;
        var at = new Span<byte>(_start + _position, Frame + record.Length + sizeof(int));
        record.CopyTo(at[Frame..]);
        BinaryPrimitives.WriteUInt32LittleEndian(at[4..], Crc(record));
        BinaryPrimitives.WriteInt32LittleEndian(at[(Frame + record.Length)..], 0);
        // Last, so that a record is there whole or not at all.
        Volatile.Write(ref *(int*)(_start + _position), record.Length);
        _position += Frame + record.Length;
        return true;
    }

    /// <summary>Forgets all records: each of them is in the ledger.</summary>
    public void Rewind()
    {
        if (_position == 0)
            return;
        Volatile.Write(ref *(int*)_start, 0);
        _position = 0;
    }

    /// <summary>All whole records of a file, in order; what a crash left half written ends them.</summary>
    public static IEnumerable<byte[]> Read(Stream file)
    {
        var frame = new byte[Frame];
        while (file.ReadAtLeast(frame, Frame, throwOnEndOfStream: false) == Frame)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(frame);
            if (length <= 0 || length > file.Length - file.Position)
                yield break;
            var record = new byte[length];
            file.ReadExactly(record);
            if (Crc(record) != BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(4)))
                yield break;
            yield return record;
        }
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
        _file.Dispose();
    }

    /// <summary>Closes and removes the file.</summary>
    public void Delete()
    {
        Dispose();
        File.Delete(Path);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
