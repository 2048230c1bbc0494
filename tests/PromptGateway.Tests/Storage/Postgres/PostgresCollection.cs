namespace PromptGateway.Tests.Storage.Postgres;

/// <summary>Classes with <c>[Collection(PostgresCollection.Name)]</c> get the one <see cref="PostgresServer"/> of the run.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}
