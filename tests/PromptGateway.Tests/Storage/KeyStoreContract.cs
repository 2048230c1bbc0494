using PromptGateway.Keys;
using PromptGateway.Tests.Keys;

namespace PromptGateway.Tests.Storage;

/// <summary>What every key store must do; one class a database derives from it.</summary>
public abstract class KeyStoreContract
{
    /// <summary>A store on the same data each time it is called, as another process would open it.</summary>
    private protected abstract IKeyStore Open();

    [Fact]
    public async Task Insert_KeyWithEveryField_ReadsBackEqualInAnotherStore()
    {
        var key = SampleKeys.Full("key_a", "secret-a");
        var inserted = await Open().InsertAsync(key, default);

        inserted.ShouldEqual(key with { Version = inserted.Version });
        (await Open().FindAsync("key_a", default)).ShouldEqual(inserted);
        (await Open().ReadChangesAsync(0, default)).Changed.ShouldHaveSingleItem().ShouldEqual(inserted);
    }

    [Fact]
    public async Task Insert_KeyWithoutOptionalFields_ReadsBackEqual()
    {
        var inserted = await Open().InsertAsync(SampleKeys.Plain("key_a", "secret-a"), default);

        (await Open().FindAsync("key_a", default)).ShouldEqual(inserted);
    }

    [Fact]
    public async Task Insert_HashThatIsThere_FailsAndKeepsTheFirst()
    {
        var store = Open();
        await store.InsertAsync(SampleKeys.Plain("key_a", "same"), default);

        await Should.ThrowAsync<Exception>(() => store.InsertAsync(SampleKeys.Plain("key_b", "same"), default));

        (await store.ReadChangesAsync(0, default)).Ids.ShouldBe(["key_a"]);
    }

    [Fact]
    public async Task Find_UnknownId_IsNull() => (await Open().FindAsync("key_none", default)).ShouldBeNull();

    [Fact]
    public async Task GetVersion_AfterEachChange_HasGrown()
    {
        var (store, other) = (Open(), Open());
        var versions = new List<long> { await other.GetVersionAsync(default) };
        foreach (
            var change in (Func<Task>[])
                [
                    () => store.InsertAsync(SampleKeys.Plain("key_a", "a"), default),
                    () => store.UpdateAsync("key_a", key => key with { Name = "new" }, default),
                    () => store.DeleteAsync("key_a", default),
                ]
        )
        {
            await change();
            versions.Add(await other.GetVersionAsync(default));
        }

        versions.ShouldBe(versions.Distinct().Order());
    }

    [Fact]
    public async Task ReadChanges_SinceAVersion_GivesOnlyWhatChangedAndAllIds()
    {
        var store = Open();
        await store.InsertAsync(SampleKeys.Plain("key_a", "a"), default);
        await store.InsertAsync(SampleKeys.Plain("key_b", "b"), default);
        var seen = await store.GetVersionAsync(default);
        await store.InsertAsync(SampleKeys.Plain("key_c", "c"), default);
        await store.UpdateAsync("key_b", key => key with { Name = "new" }, default);
        await store.DeleteAsync("key_a", default);

        var changes = await store.ReadChangesAsync(seen, default);

        changes.Changed.Select(key => key.Id).Order().ShouldBe(["key_b", "key_c"]);
        changes.Ids.Order().ShouldBe(["key_b", "key_c"]);
        changes.Version.ShouldBe(await store.GetVersionAsync(default));
        (await store.ReadChangesAsync(changes.Version, default)).Changed.ShouldBeEmpty();
    }

    [Fact]
    public async Task Update_EveryField_ReadsBackEqual()
    {
        var store = Open();
        await store.InsertAsync(SampleKeys.Plain("key_a", "a"), default);
        var updated = await store.UpdateAsync("key_a", _ => SampleKeys.Full("key_a", "other"), default);

        updated.ShouldEqual(SampleKeys.Full("key_a", "other") with { Version = updated!.Version });
        (await Open().FindAsync("key_a", default)).ShouldEqual(updated);
    }

    [Fact]
    public async Task Update_UnknownId_IsNullAndChangesNothing()
    {
        var store = Open();
        var before = await store.GetVersionAsync(default);

        (await store.UpdateAsync("key_none", key => key, default)).ShouldBeNull();

        (await store.GetVersionAsync(default)).ShouldBe(before);
    }

    [Fact]
    public async Task Update_ChangeThrows_ThrowsTheSameAndChangesNothing()
    {
        var store = Open();
        var key = await store.InsertAsync(SampleKeys.Plain("key_a", "a"), default);

        await Should.ThrowAsync<KeyConflictException>(() => store.UpdateAsync("key_a", _ => throw new KeyConflictException("no"), default));

        (await store.FindAsync("key_a", default)).ShouldEqual(key);
        (await store.GetVersionAsync(default)).ShouldBe(key.Version);
    }

    [Fact]
    public async Task Update_ManyAtOnceFromSeveralStores_LosesNone()
    {
        await Open().InsertAsync(SampleKeys.Plain("key_a", "a") with { Name = "0" }, default);
        var stores = Enumerable.Range(0, 4).Select(_ => Open()).ToArray();

        await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(i =>
                    stores[i % 4]
                        .UpdateAsync(
                            "key_a",
                            key =>
                                key with
                                {
                                    Name = (int.Parse(key.Name, null) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture),
                                },
                            default
                        )
                )
        );

        (await Open().FindAsync("key_a", default))!.Name.ShouldBe("40");
    }

    [Fact]
    public async Task Delete_KnownThenUnknownId_IsTrueThenFalse()
    {
        var store = Open();
        await store.InsertAsync(SampleKeys.Plain("key_a", "a"), default);

        (await store.DeleteAsync("key_a", default)).ShouldBeTrue();
        (await store.DeleteAsync("key_a", default)).ShouldBeFalse();
        (await Open().ReadChangesAsync(0, default)).Ids.ShouldBeEmpty();
    }

    [Fact]
    public async Task Insert_TextThatLooksLikeSql_IsStoredAsText()
    {
        var store = Open();
        var hostile = SampleKeys.Plain("key_a'; DELETE FROM keys; --", "a") with
        {
            Name = "x'); DROP TABLE usage; --",
            Team = "\" OR 1=1 --",
        };
        var inserted = await store.InsertAsync(hostile, default);

        (await store.FindAsync(hostile.Id, default)).ShouldEqual(inserted);
        (await store.FindAsync("' OR '1'='1", default)).ShouldBeNull();
    }
}
