using Npgsql;
using PromptGateway.Storage;
using PromptGateway.Storage.Postgres;

namespace PromptGateway.Tests.Storage.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresDatabaseTests(PostgresServer server)
{
    [Fact]
    public async Task Open_ManyReplicasAtOnceOnAnEmptyDatabase_AllWorkAndMigrateOnce()
    {
        var connectionString = await server.CreateDatabaseAsync();
        var replicas = Enumerable.Range(0, 8).Select(_ => TestPostgres.Database(connectionString)).ToArray();

        await Task.WhenAll(
            replicas.Select(async replica =>
            {
                await using var connection = await replica.OpenAsync(default);
                await connection.ExecuteAsync("UPDATE counters SET value = value + 1 WHERE name = 'key_version'", default);
            })
        );

        await using (var connection = await replicas[0].OpenAsync(default))
        {
            (await connection.ScalarAsync<long>("SELECT value FROM counters WHERE name = 'key_version'", default)).ShouldBe(8);
            (await connection.ScalarAsync<long>("SELECT COUNT(*) FROM schema_steps", default)).ShouldBe(PostgresSchema.Version);
        }
        foreach (var replica in replicas)
            await replica.DisposeAsync();
    }

    [Fact]
    public async Task Open_SchemaOfANewerVersion_IsRefusedAndLeftAlone()
    {
        var connectionString = await server.CreateDatabaseAsync();
        await using (var database = TestPostgres.Database(connectionString))
        await using (var connection = await database.OpenAsync(default))
            await connection.ExecuteAsync("INSERT INTO schema_steps (number, name) VALUES (999, 'later')", default);

        await using var older = TestPostgres.Database(connectionString);
        var refused = await Should.ThrowAsync<StorageException>(async () => await older.OpenAsync(default));

        refused.Message.ShouldContain("newer");
        refused.Message.ShouldContain("999");
        refused.Message.ShouldContain("PROMPTGATEWAY_DATABASE");
        refused.Message.ShouldNotContain("p@ss");
    }

    [Fact]
    public async Task Open_StepThatFails_LeavesNothingOfItAndWorksOnceTheCauseIsGone()
    {
        var connectionString = await server.CreateDatabaseAsync();
        await using var plain = NpgsqlDataSource.Create(connectionString);
        await using (var connection = await plain.OpenConnectionAsync())
            await connection.ExecuteAsync("CREATE TABLE keys (id text)", default);
        await using var database = TestPostgres.Database(connectionString);
        await Should.ThrowAsync<PostgresException>(async () => await database.OpenAsync(default));
        await using (var connection = await plain.OpenConnectionAsync())
        {
            (await connection.ScalarAsync<bool>("SELECT to_regclass('settings') IS NULL", default)).ShouldBeTrue();
            await connection.ExecuteAsync("DROP TABLE keys", default);
        }

        await using var open = await database.OpenAsync(default);
        (await open.ScalarAsync<long>("SELECT COUNT(*) FROM keys", default)).ShouldBe(0);
    }
}
