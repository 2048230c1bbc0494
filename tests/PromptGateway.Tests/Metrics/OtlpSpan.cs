namespace PromptGateway.Tests.Metrics;

/// <summary>A span as a collector gets it.</summary>
/// <param name="Kind">OTLP's number: 1 internal, 2 server, 3 client.</param>
/// <param name="Status">0 unset, 1 ok, 2 error.</param>
internal sealed record OtlpSpan(
    string TraceId,
    string SpanId,
    string ParentId,
    string Name,
    int Kind,
    int Status,
    Dictionary<string, string> Attributes
)
{
    public const int Server = 2;
    public const int Client = 3;
    public const int Error = 2;

    public static List<OtlpSpan> Read(OtlpCollector collector) =>
        [
            .. from message in collector.Messages("traces")
            from resource in new ProtoMessage(message).Messages(1)
            from scope in resource.Messages(2)
            from span in scope.Messages(2)
            select new OtlpSpan(
                span.Hex(1),
                span.Hex(2),
                span.Hex(4),
                span.Text(5),
                (int)span.Number(6),
                (int)(span.Messages(15).LastOrDefault()?.Number(3) ?? 0),
                OtlpAttributes.Read(span.Messages(9))
            ),
        ];
}
