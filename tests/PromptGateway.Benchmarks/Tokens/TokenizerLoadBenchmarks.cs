using BenchmarkDotNet.Attributes;
using PromptGateway.Tokens;

namespace PromptGateway.Benchmarks.Tokens;

/// <summary>What the first use of an encoding costs; "allocated" is what stays in memory and what unpacking takes.</summary>
[MemoryDiagnoser]
public class TokenizerLoadBenchmarks
{
    [Benchmark]
    public object O200k() => Tokenizer.Load(TokenEncoding.O200kBase);

    [Benchmark]
    public object Cl100k() => Tokenizer.Load(TokenEncoding.Cl100kBase);
}
