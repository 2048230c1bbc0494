using System.Text.Json;

namespace PromptGateway.Providers.OpenAI;

/// <summary>Finds <c>response.usage</c> in the terminal event of a Responses stream, which may be megabytes long.</summary>
internal static class ResponseUsage
{
    public static bool TryFind(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> usage)
    {
        usage = default;
        var reader = new Utf8JsonReader(data);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                var wanted = reader.CurrentDepth switch
                {
                    1 => reader.ValueTextEquals("response"u8),
                    2 => reader.ValueTextEquals("usage"u8),
                    _ => false,
                };
                var found = wanted && reader.CurrentDepth == 2;
                reader.Read();
                if (found && reader.TokenType == JsonTokenType.StartObject)
                {
                    usage = data[(int)reader.TokenStartIndex..];
                    return true;
                }
                if (!wanted)
                    reader.Skip();
            }
        }
        catch (JsonException)
        {
            return false;
        }
        return false;
    }
}
