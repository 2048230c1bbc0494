using PromptGateway.Chat;
using PromptGateway.Tests.Storage;
using PromptGateway.Usage;
using PromptGateway.Usage.Journal;

namespace PromptGateway.Tests.Usage.Journal;

public sealed class UsageRecordCodecTests
{
    private readonly RecordWriter _writer = new();

    private byte[] Write(UsageRecord record)
    {
        _writer.Clear();
        UsageRecordCodec.Write(_writer, record);
        return _writer.Written.ToArray();
    }

    /// <summary>Fails for a new column until the codec knows it.</summary>
    [Fact]
    public void Read_RowWithEveryColumnSet_IsTheSame()
    {
        var number = 1;
        object Value(Type type) =>
            type == typeof(string) ? "text " + number++
            : type == typeof(bool) ? true
            : type == typeof(int) ? number++
            : type == typeof(long) ? (long)number++ << 40
            : type == typeof(DateTimeOffset) ? SampleRows.Start.AddTicks(number++)
            : type == typeof(UsageSource) ? UsageSource.Drained
            : type == typeof(TokenUsage)
                ? new TokenUsage
                {
                    InputTokens = number++,
                    CachedInputTokens = number++,
                    CacheWriteTokens = number++,
                    CacheWrite1hTokens = number++,
                    OutputTokens = number++,
                    ReasoningTokens = number++,
                }
            : throw new InvalidOperationException($"No value for a {type}.");
        var row = SampleRows.Plain("req_1");
        foreach (
            var property in typeof(UsageRecord)
                .GetProperties()
                .Where(property => property.CanWrite && property.PropertyType != typeof(IBookedRow))
        )
            property.SetValue(row, Value(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType));

        UsageRecordCodec.Read(Write(row)).ShouldBe(row);
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void Read_AnyNumber_IsTheSame(long number)
    {
        var row = SampleRows.Full("req_1") with { CostNanoUsd = number, SavedInputTokens = number };
        UsageRecordCodec.Read(Write(row)).ShouldBe(row);
    }

    [Fact]
    public void Read_NullsAndEmptyTexts_StayApart()
    {
        var row = SampleRows.Plain("req_1") with { Team = "", KeyName = null, CostNanoUsd = null };
        UsageRecordCodec.Read(Write(row)).ShouldBe(row);
    }

    [Fact]
    public void Read_CutAnywhere_NeverThrows()
    {
        var bytes = Write(SampleRows.Full("req_1"));
        for (var length = 0; length < bytes.Length; length++)
            UsageRecordCodec.Read(bytes.AsSpan(0, length)).ShouldNotBe(SampleRows.Full("req_1"));
    }

    [Fact]
    public void Read_FieldOfALaterVersion_IsPassedOver()
    {
        var row = SampleRows.Full("req_1");
        _writer.Clear();
        _writer.Number(63, 5);
        _writer.Text(200, "later");
        UsageRecordCodec.Write(_writer, row);

        UsageRecordCodec.Read(_writer.Written).ShouldBe(row);
    }
}
