using System.Globalization;
using Microsoft.Data.Sqlite;

namespace PromptGateway.Storage.Sqlite;

/// <summary>
/// The tables, as numbered steps; <c>PRAGMA user_version</c> is how many of them a file has seen. A step is never edited once
/// released. Times are microseconds since 1970 (UTC), money is nano-dollars, lists and maps are JSON.
/// </summary>
internal static class SqliteSchema
{
    private static readonly string[] Steps =
    [
        KeysAndUsage,
        SpendOfTeams,
        OptimizationOfRequests,
        SpendOfDeletedRows,
        Documents,
        FeedbackOnAnswers,
        ObjectsOfProviders,
        SessionsAndAnswerIds,
        ResponsesById,
    ];

    /// <summary>The schema that this version reads and writes.</summary>
    public static int Version => Steps.Length;

    private const string KeysAndUsage = """
        CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

        CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO counters VALUES ('key_version', 0);

        CREATE TABLE keys (
            id TEXT PRIMARY KEY,
            version INTEGER NOT NULL,
            hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
            prefix TEXT NOT NULL,
            name TEXT NOT NULL,
            team TEXT,
            owner TEXT,
            models TEXT NOT NULL,
            policy TEXT,
            limits TEXT NOT NULL,
            budgets TEXT NOT NULL,
            metadata TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER,
            revoked_at INTEGER,
            previous_hash BLOB CHECK (length(previous_hash) = 32),
            previous_hash_expires_at INTEGER
        ) WITHOUT ROWID;
        CREATE INDEX keys_version ON keys (version);

        CREATE TABLE usage (
            id INTEGER PRIMARY KEY,
            request_id TEXT NOT NULL UNIQUE,
            started_at INTEGER NOT NULL,
            key_id TEXT NOT NULL,
            key_name TEXT,
            team TEXT,
            upstream TEXT,
            provider TEXT,
            operation TEXT NOT NULL,
            endpoint TEXT,
            requested_model TEXT,
            upstream_model TEXT,
            response_model TEXT,
            stream INTEGER NOT NULL,
            status INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            error_code TEXT,
            input_tokens INTEGER NOT NULL,
            cached_input_tokens INTEGER NOT NULL,
            cache_write_tokens INTEGER NOT NULL,
            cache_write_1h_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL,
            reasoning_tokens INTEGER NOT NULL,
            usage_source TEXT NOT NULL,
            cost_nano_usd INTEGER,
            attempts INTEGER NOT NULL,
            duration_us INTEGER NOT NULL,
            first_token_us INTEGER,
            request_bytes INTEGER NOT NULL,
            response_bytes INTEGER NOT NULL,
            optimization TEXT,
            saved_input_tokens INTEGER NOT NULL,
            upstream_request_id TEXT
        );
        CREATE INDEX usage_started_at ON usage (started_at);
        CREATE INDEX usage_key_started_at ON usage (key_id, started_at);
        """;

    private const string SpendOfTeams = "CREATE INDEX usage_team_started_at ON usage (team, started_at) WHERE team IS NOT NULL;";

    private const string OptimizationOfRequests = """
        ALTER TABLE usage ADD COLUMN optimization_mode TEXT;
        ALTER TABLE usage ADD COLUMN optimization_arm TEXT;
        ALTER TABLE usage ADD COLUMN optimization_outcome TEXT;
        ALTER TABLE usage ADD COLUMN optimization_reason TEXT;
        ALTER TABLE usage ADD COLUMN conversation TEXT;
        ALTER TABLE usage ADD COLUMN optimization_tokens_before INTEGER;
        ALTER TABLE usage ADD COLUMN saved_nano_usd INTEGER;
        ALTER TABLE usage ADD COLUMN optimizer_cost_nano_usd INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE usage ADD COLUMN optimization_us INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE usage ADD COLUMN optimization_detail TEXT;
        ALTER TABLE usage ADD COLUMN shadow_policy TEXT;
        ALTER TABLE usage ADD COLUMN shadow_outcome TEXT;
        ALTER TABLE usage ADD COLUMN shadow_tokens_before INTEGER;
        ALTER TABLE usage ADD COLUMN shadow_saved_tokens INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE usage ADD COLUMN shadow_saved_nano_usd INTEGER;
        ALTER TABLE usage ADD COLUMN shadow_us INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE usage ADD COLUMN shadow_detail TEXT;
        """;

    /// <summary>Budgets without a period go on counting what retention has deleted. No name is the empty text.</summary>
    private const string SpendOfDeletedRows = """
        CREATE TABLE expired_spend (
            key_id TEXT NOT NULL,
            team TEXT NOT NULL,
            requested_model TEXT NOT NULL,
            upstream_model TEXT NOT NULL,
            cost_nano_usd INTEGER NOT NULL,
            tokens INTEGER NOT NULL,
            PRIMARY KEY (key_id, team, requested_model, upstream_model)
        ) WITHOUT ROWID;
        """;

    private const string Documents = """
        CREATE TABLE documents (kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
        INSERT INTO counters VALUES ('document_version', 0);
        """;

    private const string FeedbackOnAnswers = """
        ALTER TABLE usage ADD COLUMN response_id TEXT;
        ALTER TABLE usage ADD COLUMN tool_calls INTEGER;
        ALTER TABLE usage ADD COLUMN invalid_tool_calls INTEGER;

        CREATE TABLE feedback (
            request_id TEXT PRIMARY KEY,
            key_id TEXT NOT NULL,
            given_at INTEGER NOT NULL,
            score REAL NOT NULL,
            comment TEXT
        ) WITHOUT ROWID;

        CREATE TABLE optimization_switches (
            policy TEXT NOT NULL,
            model TEXT NOT NULL,
            is_off INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            metric TEXT,
            reason TEXT,
            PRIMARY KEY (policy, model)
        ) WITHOUT ROWID;
        """;

    /// <summary>Whose a stored response is. Over its rows alone: an index over all would cost each request 2 us.</summary>
    private const string ResponsesById = "CREATE INDEX usage_response ON usage (response_id) WHERE operation = 'responses';";

    private const string ObjectsOfProviders = """
        CREATE TABLE objects (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            upstream TEXT NOT NULL,
            key_id TEXT NOT NULL,
            key_name TEXT,
            team TEXT,
            request_id TEXT NOT NULL,
            requested_model TEXT,
            upstream_model TEXT,
            created_at INTEGER NOT NULL,
            is_pending INTEGER NOT NULL,
            charged_at INTEGER,
            batch_id TEXT
        ) WITHOUT ROWID;
        CREATE INDEX objects_created_at ON objects (created_at);
        """;

    private const string SessionsAndAnswerIds = """
        ALTER TABLE usage ADD COLUMN session TEXT;
        ALTER TABLE objects ADD COLUMN session TEXT;
        CREATE INDEX usage_session ON usage (session) WHERE session IS NOT NULL;
        CREATE INDEX usage_response_id ON usage (key_id, response_id, started_at) WHERE response_id IS NOT NULL;
        """;

    public static void Upgrade(SqliteConnection connection, string path)
    {
        // Asked before anything is written: a database of a newer version must stay as it is.
        if (CheckedVersion(connection, path) == Version)
            return;
        SqlitePragma.Execute(connection, "journal_mode=WAL");
        using var transaction = connection.BeginTransaction();
        for (var step = CheckedVersion(connection, path); step < Version; step++)
        {
            using var command = connection.CreateCommand();
            command.CommandText = Steps[step];
            command.ExecuteNonQuery();
        }
        SqlitePragma.Execute(connection, "user_version=" + Version.ToString(CultureInfo.InvariantCulture));
        transaction.Commit();
    }

    private static int CheckedVersion(SqliteConnection connection, string path)
    {
        var found = int.Parse(SqlitePragma.Read(connection, "user_version"), CultureInfo.InvariantCulture);
        return found <= Version
            ? found
            : throw new StorageException(
                $"{path} was written by a newer PromptGateway (its schema is {found}, this version knows up to {Version}). "
                    + "Run that version, restore a backup, or choose another directory with PROMPTGATEWAY_DATA."
            );
    }
}
