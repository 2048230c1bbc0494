using PromptGateway.Objects;

namespace PromptGateway.Tests.Storage;

/// <summary>What every store of providers' objects must do.</summary>
public abstract class ObjectStoreContract
{
    private static readonly StoredObject Batch = new()
    {
        Id = "batch_1",
        Kind = "batches",
        Upstream = "openai",
        KeyId = "key_1",
        KeyName = "app",
        Team = "search",
        RequestId = "req-1",
        RequestedModel = "fast",
        UpstreamModel = "gpt-4o-mini",
        CreatedAt = SampleRows.Start,
        IsPending = true,
    };

    private static readonly StoredObject Bare = new()
    {
        Id = "file-1",
        Kind = "files",
        Upstream = "openai",
        KeyId = "key_1",
        RequestId = "req-2",
        CreatedAt = SampleRows.Start,
    };

    private protected abstract IObjectStore Open();

    [Fact]
    public async Task Put_IsFoundInAnotherStoreAndReplacedByTheNext()
    {
        await Open().PutAsync(Batch, default);
        await Open().PutAsync(Bare with { BatchId = "batch_1", Session = "aa" }, default);
        (await Open().FindAsync("batch_1", default)).ShouldBe(Batch);
        (await Open().FindAsync("file-1", default)).ShouldBe(Bare with { BatchId = "batch_1", Session = "aa" });
        (await Open().FindAsync("BATCH_1", default)).ShouldBeNull();

        var next = Batch with { KeyId = "key_2", KeyName = null, ChargedAt = SampleRows.Start.AddDays(1) };
        await Open().PutAsync(next, default);

        (await Open().FindAsync("batch_1", default)).ShouldBe(next);
    }

    [Fact]
    public async Task Add_WhatIsThere_Stays()
    {
        await Open().AddAsync(Bare, default);
        await Open().AddAsync(Bare with { KeyId = "key_2" }, default);

        (await Open().FindAsync("file-1", default)).ShouldBe(Bare);
    }

    [Fact]
    public async Task Claim_ByManyAtOnce_IsGivenToOneAndTheTimeToAll()
    {
        await Open().PutAsync(Batch, default);
        var stores = Enumerable.Range(0, 8).Select(_ => Open()).ToArray();

        var claims = await Task.WhenAll(stores.Select((store, i) => store.ClaimAsync("batch_1", SampleRows.Start.AddSeconds(i), default)));

        claims.ShouldAllBe(claim => claim != null);
        var first = claims.Single(claim => claim!.Value.IsFirst)!.Value;
        claims.ShouldAllBe(claim => claim!.Value.At == first.At);
        (await Open().FindAsync("batch_1", default))!.ChargedAt.ShouldBe(first.At);
    }

    [Fact]
    public async Task Claim_OfWhatIsNotPendingOrNotThere_IsRefused()
    {
        await Open().PutAsync(Bare, default);

        (await Open().ClaimAsync("file-1", SampleRows.Start, default)).ShouldBeNull();
        (await Open().ClaimAsync("nothing", SampleRows.Start, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Trim_KeepsTheNewestAndDeleteTakesOne()
    {
        var store = Open();
        for (var day = 0; day < 10; day++)
            await store.PutAsync(Bare with { Id = $"file-{day}", CreatedAt = SampleRows.Start.AddDays(day) }, default);

        (await store.TrimAsync(SampleRows.Start.AddDays(3), 5, default)).ShouldBe(5);
        (await store.FindAsync("file-4", default)).ShouldBeNull();
        (await store.FindAsync("file-5", default)).ShouldNotBeNull();

        await store.DeleteAsync("file-5", default);

        (await store.FindAsync("file-5", default)).ShouldBeNull();
        (await store.TrimAsync(SampleRows.Start, 5, default)).ShouldBe(0);
    }
}
