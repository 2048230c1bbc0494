namespace PromptGateway.Tests.Metrics;

/// <summary>A log record as a collector gets it.</summary>
internal sealed record OtlpLogRecord(
    string Category,
    string Severity,
    string Body,
    string TraceId,
    string SpanId,
    Dictionary<string, string> Attributes
)
{
    public static List<OtlpLogRecord> Read(OtlpCollector collector) =>
        [
            .. from message in collector.Messages("logs")
            from resource in new ProtoMessage(message).Messages(1)
            from scope in resource.Messages(2)
            from record in scope.Messages(2)
            select new OtlpLogRecord(
                scope.Messages(1).Single().Text(1),
                record.Text(3),
                OtlpAttributes.Value(record.Messages(5).Single()),
                record.Hex(9),
                record.Hex(10),
                OtlpAttributes.Read(record.Messages(6))
            ),
        ];
}
