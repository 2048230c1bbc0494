using System.Text.Json.Nodes;
using PromptGateway.Simulator.Caching;
using PromptGateway.Simulator.Generation;
using PromptGateway.Simulator.Storage;

namespace PromptGateway.Simulator;

/// <summary>What lives as long as the simulator: its prompt cache and what clients stored. All of it is bounded.</summary>
internal sealed class SimulatorState(SimulatorOptions options, TimeProvider clock)
{
    private int _ids;

    public SimulatorOptions Options { get; } = options;

    public TimeProvider Clock { get; } = clock;

    public PromptCacheModel PromptCache { get; } = new(options.PromptCache, clock);

    public AnswerGenerator Generator { get; } = new(clock);

    public RecentItems<StoredResponse> Responses { get; } = new(options.MaxStoredBytes);

    public RecentItems<StoredFile> Files { get; } = new(options.MaxStoredBytes);

    public RecentItems<JsonObject> Batches { get; } = new(options.MaxStoredBytes);

    public SimulatorCounters Counters { get; } = new();

    public long Now => Clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>An id that no other thing of this simulator has.</summary>
    public string NewId(string prefix) => $"{prefix}{Interlocked.Increment(ref _ids):x24}";

    public StoredFile AddFile(string name, string purpose, byte[] content)
    {
        var file = new StoredFile(NewId("file-"), name, purpose, Now, content);
        Files.Add(file.Id, file, content.Length + 512);
        return file;
    }
}
