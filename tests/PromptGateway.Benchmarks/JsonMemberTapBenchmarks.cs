using BenchmarkDotNet.Attributes;
using PromptGateway.Json;

namespace PromptGateway.Benchmarks;

/// <summary>Watching a whole answer pass in pieces of 16 KB.</summary>
[MemoryDiagnoser]
public class JsonMemberTapBenchmarks
{
    private const int Piece = 16 * 1024;
    private static readonly byte[][] Names = ["usage"u8.ToArray(), "model"u8.ToArray(), "id"u8.ToArray(), "error"u8.ToArray()];

    private byte[] _chat = [];
    private byte[] _numbers = [];

    [Params(1_000, 10_000, 100_000, 1_000_000)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Build()
    {
        _chat = JsonSamples.ChatResponse(Size);
        _numbers = JsonSamples.Embeddings(Size);
    }

    [Benchmark]
    public int Chat() => Watch(_chat);

    [Benchmark]
    public int Numbers() => Watch(_numbers);

    private static int Watch(byte[] body)
    {
        using var tap = new JsonMemberTap(Names);
        for (var at = 0; at < body.Length; at += Piece)
            tap.Feed(body.AsSpan(at, Math.Min(Piece, body.Length - at)));
        return tap.TryGet("usage"u8, out var usage) ? usage.Length : 0;
    }
}
