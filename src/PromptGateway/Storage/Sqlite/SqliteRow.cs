using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace PromptGateway.Storage.Sqlite;

internal sealed class SqliteRow(SqliteDataReader reader) : StoredRow(reader)
{
    protected override string ReadText(DbDataReader reader, int column) => reader.GetString(column);

    protected override DateTimeOffset ReadTime(DbDataReader reader, int column) => SqliteTime.Read(reader.GetInt64(column));
}
