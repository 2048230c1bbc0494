using Microsoft.Data.Sqlite;
using PromptGateway.Chat;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Storage;

/// <summary>A file of a version that knew nothing of optimization, with rows in it. Its schema stands here as it was.</summary>
public sealed class SqliteMigrationTests : IDisposable
{
    private const string OldSchema = """
        PRAGMA journal_mode=WAL;
        CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO counters VALUES ('key_version', 3);
        CREATE TABLE keys (
            id TEXT PRIMARY KEY, version INTEGER NOT NULL, hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32), prefix TEXT NOT NULL,
            name TEXT NOT NULL, team TEXT, owner TEXT, models TEXT NOT NULL, policy TEXT, limits TEXT NOT NULL, budgets TEXT NOT NULL,
            metadata TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER, revoked_at INTEGER,
            previous_hash BLOB CHECK (length(previous_hash) = 32), previous_hash_expires_at INTEGER
        ) WITHOUT ROWID;
        CREATE INDEX keys_version ON keys (version);
        CREATE TABLE usage (
            id INTEGER PRIMARY KEY, request_id TEXT NOT NULL UNIQUE, started_at INTEGER NOT NULL, key_id TEXT NOT NULL, key_name TEXT,
            team TEXT, upstream TEXT, provider TEXT, operation TEXT NOT NULL, endpoint TEXT, requested_model TEXT, upstream_model TEXT,
            response_model TEXT, stream INTEGER NOT NULL, status INTEGER NOT NULL, outcome TEXT NOT NULL, error_code TEXT,
            input_tokens INTEGER NOT NULL, cached_input_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL,
            cache_write_1h_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL,
            usage_source TEXT NOT NULL, cost_nano_usd INTEGER, attempts INTEGER NOT NULL, duration_us INTEGER NOT NULL,
            first_token_us INTEGER, request_bytes INTEGER NOT NULL, response_bytes INTEGER NOT NULL, optimization TEXT,
            saved_input_tokens INTEGER NOT NULL, upstream_request_id TEXT
        );
        CREATE INDEX usage_started_at ON usage (started_at);
        CREATE INDEX usage_key_started_at ON usage (key_id, started_at);
        CREATE INDEX usage_team_started_at ON usage (team, started_at) WHERE team IS NOT NULL;
        PRAGMA user_version=2;
        """;

    private readonly TempDirectory _directory = new();

    [Fact]
    public async Task Open_FileFromBeforeOptimization_KeepsItsRowsAndTakesNewOnes()
    {
        Write(
            OldSchema,
            """
            INSERT INTO usage VALUES (7, 'old', 1790000000000007, 'key_a', 'app', 'search', 'openai-eu', 'openai', 'chat',
                '/v1/chat/completions', 'fast', 'gpt-4o-mini', 'gpt-4o-mini-2024-07-18', 1, 200, 'ok', NULL, 1000, 600, 30, 20, 500, 40,
                'provider', 123456789, 2, 1234567, 234567, 2048, 4096, NULL, 0, 'req_1');
            INSERT INTO usage VALUES (8, 'bare', 1790000000000008, 'key_b', NULL, NULL, NULL, NULL, 'chat', NULL, NULL, NULL, NULL, 0, 499,
                'client_closed', NULL, 0, 0, 0, 0, 0, 0, 'none', NULL, 0, 1, NULL, 0, 0, NULL, 0, NULL);
            """
        );

        using var ledger = new SqliteUsageLog(new SqliteDatabase(_directory.Path));
        var added = SampleRows.Full("new") with { Usage = new TokenUsage { InputTokens = 1 } };
        await ledger.AppendAsync([added], default);

        var old = (await ledger.FindAsync("old", default)).ShouldNotBeNull();
        old.ShouldBe(
            new UsageRecord
            {
                RequestId = "old",
                StartedAt = DateTimeOffset.UnixEpoch.AddMicroseconds(1790000000000007),
                KeyId = "key_a",
                KeyName = "app",
                Team = "search",
                Upstream = "openai-eu",
                Provider = "openai",
                Operation = "chat",
                Endpoint = "/v1/chat/completions",
                RequestedModel = "fast",
                UpstreamModel = "gpt-4o-mini",
                ResponseModel = "gpt-4o-mini-2024-07-18",
                Stream = true,
                Status = 200,
                Outcome = "ok",
                Usage = new TokenUsage
                {
                    InputTokens = 1000,
                    CachedInputTokens = 600,
                    CacheWriteTokens = 30,
                    CacheWrite1hTokens = 20,
                    OutputTokens = 500,
                    ReasoningTokens = 40,
                },
                UsageSource = UsageSource.Provider,
                CostNanoUsd = 123456789,
                Attempts = 2,
                DurationMicros = 1234567,
                FirstTokenMicros = 234567,
                RequestBytes = 2048,
                ResponseBytes = 4096,
                UpstreamRequestId = "req_1",
            }
        );
        (await ledger.FindAsync("bare", default))!.Outcome.ShouldBe("client_closed");
        (await ledger.FindAsync("new", default)).ShouldBe(added);
        (await ledger.ReportAsync(new UsageQuery(), default)).Total.Requests.ShouldBe(3);
    }

    /// <summary>Two versions of the schema are one: a new file and a grown one cannot be told apart.</summary>
    [Fact]
    public void Open_FileFromBeforeOptimization_HasTheColumnsAndTablesOfANewOne()
    {
        Write(OldSchema);
        using var fresh = new TempDirectory();

        Shape(_directory.Path).ShouldBe(Shape(fresh.Path));
    }

    public void Dispose() => _directory.Dispose();

    private void Write(params string[] scripts)
    {
        Directory.CreateDirectory(_directory.Path);
        var file = Path.Combine(_directory.Path, SqliteDatabase.FileName);
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString
        );
        connection.Open();
        foreach (var script in scripts)
        {
            using var command = connection.CreateCommand();
            command.CommandText = script;
            command.ExecuteNonQuery();
        }
    }

    private static List<string> Shape(string directory)
    {
        using var connection = new SqliteDatabase(directory).Open(Durability.ProcessCrash);
        using var command = connection.Command(
            """
            SELECT t.type || ' ' || t.name || ' ' || COALESCE(c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || COALESCE(c.dflt_value, ''), '')
            FROM sqlite_schema t LEFT JOIN pragma_table_info(t.name) c ON t.type = 'table'
            ORDER BY t.type, t.name, c.cid
            """
        );
        using var reader = command.ExecuteReader();
        var shape = new List<string>();
        while (reader.Read())
            shape.Add(reader.GetString(0));
        return shape;
    }
}
