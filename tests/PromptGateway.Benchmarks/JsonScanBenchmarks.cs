using System.Text.Json;
using BenchmarkDotNet.Attributes;
using PromptGateway.Json;

namespace PromptGateway.Benchmarks;

/// <summary>The check of a request body, next to the reader of System.Text.Json.</summary>
[MemoryDiagnoser]
public class JsonScanBenchmarks
{
    private readonly JsonMemberList _members = JsonMemberList.Rent();
    private byte[] _chat = [];
    private byte[] _tools = [];
    private byte[] _numbers = [];

    [Params(1_000, 10_000, 100_000, 1_000_000)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Build()
    {
        _chat = JsonSamples.ChatRequest(Size);
        _tools = JsonSamples.ToolRequest(Size);
        _numbers = JsonSamples.Embeddings(Size);
    }

    [Benchmark]
    public int Chat() => JsonObjectScan.Scan(_chat, _members).ObjectClose;

    [Benchmark]
    public int Tools() => JsonObjectScan.Scan(_tools, _members).ObjectClose;

    [Benchmark]
    public int Numbers() => JsonObjectScan.Scan(_numbers, _members).ObjectClose;

    /// <summary>With the lookups that every request needs.</summary>
    [Benchmark]
    public int ChatWithLookups()
    {
        JsonObjectScan.Scan(_chat, _members);
        return _members.IndexOf(_chat, "model"u8)
            + _members.IndexOf(_chat, "stream"u8)
            + _members.IndexOf(_chat, "stream_options"u8)
            + _members.IndexOf(_chat, "max_tokens"u8)
            + _members.IndexOf(_chat, "max_completion_tokens"u8)
            + _members.IndexOf(_chat, "n"u8)
            + _members.IndexOf(_chat, "messages"u8)
            + _members.IndexOf(_chat, "user"u8);
    }

    [Benchmark(Baseline = true)]
    public long ChatUtf8JsonReader()
    {
        var reader = new Utf8JsonReader(_chat);
        while (reader.Read()) { }
        return reader.BytesConsumed;
    }
}
