using System.Buffers.Binary;
using System.Text;

namespace PromptGateway.Tests.Metrics;

/// <summary>A protobuf message, read without its schema: its fields by number, each with the values it has.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public ProtoMessage(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var tag = Varint(ref bytes);
            var (number, content) = (tag & 7) switch
            {
                0 => (Varint(ref bytes), ReadOnlyMemory<byte>.Empty),
                1 => (BinaryPrimitives.ReadUInt64LittleEndian(Take(ref bytes, 8).Span), ReadOnlyMemory<byte>.Empty),
                2 => (0UL, Take(ref bytes, (int)Varint(ref bytes))),
                5 => (BinaryPrimitives.ReadUInt32LittleEndian(Take(ref bytes, 4).Span), ReadOnlyMemory<byte>.Empty),
                var type => throw new FormatException($"Wire type {type} is not protobuf's."),
            };
            _fields.Add(((int)(tag >> 3), number, content));
        }
    }

    public IEnumerable<ProtoMessage> Messages(int field) => Contents(field).Select(content => new ProtoMessage(content));

    public string Text(int field) => Encoding.UTF8.GetString(Contents(field).LastOrDefault().Span);

    /// <summary>Bytes as lowercase hexadecimal digits.</summary>
    public string Hex(int field) => Convert.ToHexStringLower(Contents(field).LastOrDefault().Span);

    public ulong Number(int field) => _fields.LastOrDefault(f => f.Field == field).Number;

    public bool Has(int field) => _fields.Any(f => f.Field == field);

    private IEnumerable<ReadOnlyMemory<byte>> Contents(int field) => _fields.Where(f => f.Field == field).Select(f => f.Bytes);

    private static ulong Varint(ref ReadOnlyMemory<byte> bytes)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = Take(ref bytes, 1).Span[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> bytes, int count)
    {
        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }
}
