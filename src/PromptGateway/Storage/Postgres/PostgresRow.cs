using System.Data.Common;
using Npgsql;

namespace PromptGateway.Storage.Postgres;

internal sealed class PostgresRow(NpgsqlDataReader reader) : StoredRow(reader)
{
    protected override string ReadText(DbDataReader reader, int column) => PostgresText.Read(reader.GetString(column));

    protected override DateTimeOffset ReadTime(DbDataReader reader, int column) => PostgresTime.Read(reader.GetDateTime(column));
}
