using System.Text.Json;
using System.Text.Json.Serialization;

namespace PromptGateway.Usage;

/// <summary>A ledger row as a line of JSON, for files on this machine only.</summary>
internal static class UsageJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        IgnoreReadOnlyProperties = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static void WriteLine(Stream stream, UsageRecord row)
    {
        JsonSerializer.Serialize(stream, row, Options);
        stream.WriteByte((byte)'\n');
    }

    public static string Write(UsageRecord row) => JsonSerializer.Serialize(row, Options);

    /// <exception cref="JsonException">The line is no row.</exception>
    public static UsageRecord Read(string line) =>
        JsonSerializer.Deserialize<UsageRecord>(line, Options) ?? throw new JsonException("The line holds no row.");
}
