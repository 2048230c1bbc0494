using PromptGateway.Storage.Postgres;

namespace PromptGateway.Tests.Storage.Postgres;

/// <summary>The gateway's own access to a database of <see cref="PostgresServer"/>.</summary>
internal static class TestPostgres
{
    public static PostgresOptions Options(string connectionString)
    {
        var errors = new List<string>();
        var options = PostgresConnectionString.Read(connectionString, "test", errors);
        errors.ShouldBeEmpty();
        return options!;
    }

    public static PostgresDatabase Database(string connectionString) => new(Options(connectionString));
}
