using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using PromptGateway.Keys;
using PromptGateway.Storage.Sqlite;

namespace PromptGateway.Benchmarks;

/// <summary>What every request pays for its key, and what a change costs when there are many keys.</summary>
[MemoryDiagnoser]
public class KeyRingBenchmarks : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("promptgateway-bench-").FullName;
    private SqliteKeyStore _store = null!;
    private KeyRing _ring = null!;
    private string _known = "";
    private string _unknown = "";

    [Params(1, 10_000)]
    public int Keys { get; set; }

    // Waited for here: the in-process toolchain would start measuring before an asynchronous setup is done.
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    private async Task SetupAsync()
    {
        _store = new SqliteKeyStore(new SqliteDatabase(Path.Combine(_directory, $"{Keys}")));
        for (var i = 0; i < Keys; i++)
        {
            _known = KeySecret.Create(KeySecret.ApiPrefix, RandomNumberGenerator.Fill);
            var key = new ApiKey
            {
                Id = $"key_{i}",
                Hash = KeyHash.Of(_known),
                Prefix = "pg-test",
                Name = $"key {i}",
                Models = ["gpt-4o*"],
                Limits = [new LimitSpec { Requests = 3500, Per = "minute" }],
                CreatedAt = DateTimeOffset.UnixEpoch,
            };
            await _store.InsertAsync(key, CancellationToken.None);
        }
        _unknown = KeySecret.Create(KeySecret.ApiPrefix, RandomNumberGenerator.Fill);
        _ring = new KeyRing(_store, new KeysOptions(), TimeProvider.System);
        await _ring.RefreshAsync(CancellationToken.None);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _ring.Dispose();
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public bool FindKnown() => _ring.Find(_known).Status == KeyStatus.Found;

    [Benchmark]
    public bool FindUnknown() => _ring.Find(_unknown).Status == KeyStatus.Unknown;

    [Benchmark]
    public bool FindMalformed() => _ring.Find("sk-proj-1234567890123456789012345678901234567890").Status == KeyStatus.Malformed;

    [Benchmark]
    public Task PollWithoutChange() => _ring.RefreshAsync(CancellationToken.None);

    [Benchmark]
    public async Task ChangeOfOneKey()
    {
        await _store.UpdateAsync("key_0", key => key, CancellationToken.None);
        await _ring.RefreshAsync(CancellationToken.None);
    }

    [Benchmark]
    public async Task FirstLoad()
    {
        using var ring = new KeyRing(_store, new KeysOptions(), TimeProvider.System);
        await ring.RefreshAsync(CancellationToken.None);
    }
}
