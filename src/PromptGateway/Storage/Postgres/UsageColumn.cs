using PromptGateway.Usage;

namespace PromptGateway.Storage.Postgres;

/// <summary>A column of the <c>usage</c> table: its values of a whole batch go to the server as one array.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Type">PostgreSQL's type of one value.</param>
/// <param name="Values">The column of these rows, as a .NET array.</param>
internal sealed record UsageColumn(string Name, string Type, Func<IReadOnlyList<UsageRecord>, Array> Values)
{
    public static UsageColumn Of<T>(string name, string type, Func<UsageRecord, T> value) =>
        new(
            name,
            type,
            records =>
            {
                var values = new T[records.Count];
                for (var i = 0; i < values.Length; i++)
                    values[i] = value(records[i]);
                return values;
            }
        );
}
