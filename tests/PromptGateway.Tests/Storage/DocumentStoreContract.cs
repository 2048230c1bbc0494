using PromptGateway.Keys;

namespace PromptGateway.Tests.Storage;

/// <summary>What every <see cref="IDocumentStore"/> does.</summary>
public abstract class DocumentStoreContract
{
    private protected abstract IDocumentStore Open();

    private static StoredDocument Document(string id, string value) => new(id, $$"""{"value":"{{value}}"}""");

    [Fact]
    public async Task Put_NewAndAgain_KeepsTheLastAndRaisesTheVersionEachTime()
    {
        var store = Open();
        var before = await store.GetVersionAsync(default);

        (await store.PutAsync("limit", Document("a", "1"), default)).ShouldBeTrue();
        (await store.PutAsync("limit", Document("a", "2 – ü"), default)).ShouldBeFalse();

        (await store.ReadAsync("limit", default)).ShouldBe([Document("a", "2 – ü")]);
        (await store.GetVersionAsync(default)).ShouldBe(before + 2);
    }

    [Fact]
    public async Task Read_OfOneKind_IsInOrderAndWithoutTheOthers()
    {
        var store = Open();
        foreach (var id in new[] { "b", "B", "a" })
            await store.PutAsync("limit", Document(id, id), default);
        await store.PutAsync("budget", Document("a", "other"), default);

        (await store.ReadAsync("limit", default)).Select(document => document.Id).ShouldBe(["B", "a", "b"]);
        (await store.ReadAsync("raise", default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task TryAdd_ByManyAtOnce_LetsOneWin()
    {
        var stores = Enumerable.Range(0, 8).Select(_ => Open()).ToArray();

        var won = await Task.WhenAll(stores.Select((store, i) => store.TryAddAsync("alert", Document("same", $"{i}"), default)));

        won.Count(one => one).ShouldBe(1);
        (await stores[0].ReadAsync("alert", default)).ShouldHaveSingleItem().ShouldBe(Document("same", $"{Array.IndexOf(won, true)}"));
    }

    [Fact]
    public async Task Delete_OfWhatIsThere_HappensOnce()
    {
        var store = Open();
        await store.PutAsync("limit", Document("a", "1"), default);

        (await store.DeleteAsync("limit", "a", default)).ShouldBeTrue();
        (await store.DeleteAsync("limit", "a", default)).ShouldBeFalse();
        (await store.ReadAsync("limit", default)).ShouldBeEmpty();
    }
}
