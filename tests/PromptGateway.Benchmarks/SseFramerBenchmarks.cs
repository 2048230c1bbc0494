using System.Buffers;
using BenchmarkDotNet.Attributes;
using PromptGateway.Json;
using PromptGateway.Sse;

namespace PromptGateway.Benchmarks;

/// <summary>What a stream costs per event of 330 bytes. Times are per event.</summary>
[MemoryDiagnoser]
public class SseFramerBenchmarks
{
    private const int Events = 50;

    private readonly ArrayBufferWriter<byte> _writer = new(512);
    private readonly byte[] _chunk = new byte[JsonSamples.Chunk.Length];
    private readonly byte[] _stream =
    [
        .. Enumerable.Repeat<byte[]>([.. "data: "u8, .. JsonSamples.Chunk, .. "\n\n"u8], Events).SelectMany(bytes => bytes),
    ];

    [Benchmark(OperationsPerInvoke = Events)]
    public int Frame()
    {
        var framer = new SseFramer();
        var offset = 0;
        var total = 0;
        while (framer.TryNext(_stream, ref offset, out var range))
            total += range.Length;
        return total;
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public int FrameAndRead()
    {
        var framer = new SseFramer();
        var offset = 0;
        var total = 0;
        while (framer.TryNext(_stream, ref offset, out var range))
        {
            using var read = SseEvent.Read(_stream, range);
            total += read.Data.Length;
        }
        return total;
    }

    [Benchmark]
    public bool FindUsage() => JsonMemberFind.TryFindTopLevel(JsonSamples.Chunk, "usage"u8, out _);

    [Benchmark]
    public bool FindAbsent() => JsonMemberFind.TryFindTopLevel(JsonSamples.Chunk, "x_groq"u8, out _);

    [Benchmark]
    public int CopyAndRemoveUsage()
    {
        JsonSamples.Chunk.CopyTo(_chunk, 0);
        return JsonMemberFind.RemoveMember(_chunk, "usage"u8);
    }

    [Benchmark]
    public int Write()
    {
        _writer.ResetWrittenCount();
        SseWriter.WriteData(_writer, JsonSamples.Chunk);
        return _writer.WrittenCount;
    }
}
