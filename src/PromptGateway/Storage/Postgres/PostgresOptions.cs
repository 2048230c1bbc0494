namespace PromptGateway.Storage.Postgres;

/// <summary>Where the database is. The connection string holds a password: only <see cref="Name"/> may be shown.</summary>
internal sealed class PostgresOptions
{
    /// <summary>In Npgsql's form, with the timeouts that <see cref="PostgresConnectionString"/> adds.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Host and database, for people.</summary>
    public required string Name { get; init; }

    /// <summary>To be masked in logs; null when there is none.</summary>
    public string? Password { get; init; }

    public override string ToString() => Name;
}
