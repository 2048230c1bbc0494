using PromptGateway.Usage;

namespace PromptGateway.Storage;

/// <summary>A column of the <c>usage</c> table: its name, and its value in a row.</summary>
internal sealed class UsageColumn
{
    private readonly Func<UsageRecord, string?>? _text;
    private readonly Func<UsageRecord, long?>? _number;
    private readonly Func<UsageRecord, DateTimeOffset>? _time;

    public UsageColumn(string name, Func<UsageRecord, string?> text) => (Name, Kind, _text) = (name, UsageColumnKind.Text, text);

    public UsageColumn(string name, Func<UsageRecord, long?> number) => (Name, Kind, _number) = (name, UsageColumnKind.Number, number);

    public UsageColumn(string name, Func<UsageRecord, bool> flag) =>
        (Name, Kind, _number) = (name, UsageColumnKind.Flag, record => flag(record) ? 1 : 0);

    public UsageColumn(string name, Func<UsageRecord, DateTimeOffset> time) => (Name, Kind, _time) = (name, UsageColumnKind.Time, time);

    public string Name { get; }
    public UsageColumnKind Kind { get; }

    /// <summary>Of a column of texts.</summary>
    public string? Text(UsageRecord record) => _text!(record);

    /// <summary>Of a column of numbers or flags.</summary>
    public long? Number(UsageRecord record) => _number!(record);

    /// <summary>Of a column of times.</summary>
    public DateTimeOffset Time(UsageRecord record) => _time!(record);
}
