using System.Globalization;

namespace PromptGateway.Tests.Metrics;

/// <summary>OTLP's list of <c>KeyValue</c> as a dictionary of texts.</summary>
internal static class OtlpAttributes
{
    public static Dictionary<string, string> Read(IEnumerable<ProtoMessage> pairs) =>
        pairs.ToDictionary(pair => pair.Text(1), pair => Value(pair.Messages(2).Single()));

    /// <summary><c>AnyValue</c>: a text, a flag, an integer or a floating-point number.</summary>
    public static string Value(ProtoMessage value) =>
        value.Has(2) ? (value.Number(2) == 1 ? "true" : "false")
        : value.Has(3) ? ((long)value.Number(3)).ToString(CultureInfo.InvariantCulture)
        : value.Has(4) ? BitConverter.UInt64BitsToDouble(value.Number(4)).ToString(CultureInfo.InvariantCulture)
        : value.Text(1);
}
