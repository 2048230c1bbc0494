using System.Data.Common;

namespace PromptGateway.Storage;

/// <summary>
/// A row that is read column by column, in the order in which the columns were asked for: whoever adds a column adds one line where
/// it is written and one where it is read, and no number changes.
/// </summary>
internal abstract class StoredRow(DbDataReader reader)
{
    private int _column;

    public string Text() => ReadText(reader, _column++);

    public string? TextOrNull() => IsNull() ? null : Text();

    public long Number() => reader.GetInt64(_column++);

    public long? NumberOrNull() => IsNull() ? null : Number();

    public bool Flag() => reader.GetBoolean(_column++);

    public double? RealOrNull() => IsNull() ? null : reader.GetDouble(_column++);

    public byte[] Bytes() => reader.GetFieldValue<byte[]>(_column++);

    public byte[]? BytesOrNull() => IsNull() ? null : Bytes();

    public DateTimeOffset Time() => ReadTime(reader, _column++);

    public DateTimeOffset? TimeOrNull() => IsNull() ? null : Time();

    protected abstract string ReadText(DbDataReader reader, int column);

    protected abstract DateTimeOffset ReadTime(DbDataReader reader, int column);

    /// <summary>Goes on to the next column when there is nothing in this one.</summary>
    private bool IsNull()
    {
        if (!reader.IsDBNull(_column))
            return false;
        _column++;
        return true;
    }
}
