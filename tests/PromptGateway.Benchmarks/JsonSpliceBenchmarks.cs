using BenchmarkDotNet.Attributes;
using PromptGateway.Json;

namespace PromptGateway.Benchmarks;

/// <summary>One replaced and one added member of a request body that was scanned.</summary>
[MemoryDiagnoser]
public class JsonSpliceBenchmarks
{
    private static readonly byte[] Model = "\"gpt-4o-2024-11-20\""u8.ToArray();
    private static readonly byte[] StreamOptions = "\"stream_options\":{\"include_usage\":true}"u8.ToArray();

    private readonly JsonMemberList _members = JsonMemberList.Rent();
    private readonly byte[] _buffer = new byte[16 * 1024];
    private byte[] _body = [];
    private byte[] _result = [];
    private JsonScanResult _scan;

    [Params(1_000, 10_000, 100_000, 1_000_000)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Build()
    {
        _body = JsonSamples.ChatRequest(Size);
        _result = new byte[_body.Length + 100];
        _scan = JsonObjectScan.Scan(_body, _members);
    }

    [Benchmark]
    public int EditOnly() => Edit().Length;

    [Benchmark]
    public int EditAndCopy()
    {
        var splice = Edit();
        splice.CopyTo(_result);
        return splice.Length;
    }

    [Benchmark]
    public int EditAndReadAsStream()
    {
        using var stream = new SplicedBodyStream(Edit());
        var total = 0;
        for (int read; (read = stream.Read(_buffer)) > 0; )
            total += read;
        return total;
    }

    private JsonSplice Edit()
    {
        var splice = new JsonSplice(_body);
        var edit = new JsonObjectEdit(_scan, _members);
        edit.Replace(_members.IndexOf(_body, "model"u8), Model);
        edit.Append(StreamOptions);
        edit.ApplyTo(splice);
        return splice;
    }
}
