using System.Text.Json;
using System.Text.Json.Serialization;

namespace PromptGateway.Admin;

/// <summary><see cref="IsoTime"/> in JSON.</summary>
internal sealed class IsoTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && IsoTime.TryParse(reader.GetString(), out var time)
            ? time
            : throw new JsonException("is not an ISO 8601 time such as 2027-01-01T00:00:00Z");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(IsoTime.Write(value));
}
