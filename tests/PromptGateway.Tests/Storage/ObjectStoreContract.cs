using PromptGateway.Objects;
using PromptGateway.Usage;

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

    private protected abstract IUsageLog OpenLedger();

    [Fact]
    public async Task FindMany_GivesThoseThatAreKnown()
    {
        await Open().PutAsync(Batch, default);
        await Open().PutAsync(Bare, default);

        var found = await Open().FindAsync(["file-1", "nothing", "batch_1", "file-1"], default);

        found.Keys.Order().ShouldBe(["batch_1", "file-1"]);
        found["file-1"].ShouldBe(Bare);
        (await Open().FindAsync([], default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task FindResponse_IsTheNewestRowOfTheLedgerThatMadeOne()
    {
        var row = SampleRows.Full("req-1") with { Operation = "responses", ResponseId = "resp_1", Team = "search" };
        await OpenLedger()
            .AppendAsync(
                [
                    row with
                    {
                        RequestId = "req-0",
                        KeyId = "key_0",
                        StartedAt = row.StartedAt.AddDays(-1),
                    },
                    row,
                    row with
                    {
                        RequestId = "req-2",
                        Operation = "chat",
                        ResponseId = "chatcmpl-1",
                    },
                ],
                default
            );

        var found = (await Open().FindResponseAsync("resp_1", default)).ShouldNotBeNull();

        found.KeyId.ShouldBe(row.KeyId);
        found.Team.ShouldBe("search");
        found.Kind.ShouldBe("responses");
        found.RequestId.ShouldBe("req-1");
        found.Upstream.ShouldBe(row.Upstream);
        found.CreatedAt.ShouldBe(row.StartedAt);
        found.IsPending.ShouldBeFalse();
        (await Open().FindResponseAsync("chatcmpl-1", default)).ShouldBeNull();
    }

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
