using System.Text.Json;
using PromptGateway.Chat;
using PromptGateway.Keys;
using PromptGateway.Providers;

namespace PromptGateway.Objects;

/// <summary>A page of a list as one caller may see it. Paging goes on as before: <c>after</c> may name any id.</summary>
internal sealed class ObjectList(ObjectBook book, Caller caller, string kind)
{
    /// <exception cref="FormatException">It is not a list.</exception>
    public async Task<byte[]> FilterAsync(ReadOnlyMemory<byte> list)
    {
        using var document = Parse(list);
        if (
            document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("data", out var data)
            || data.ValueKind != JsonValueKind.Array
        )
            throw new FormatException("it has no 'data'");
        var items = data.EnumerateArray().Select(item => (Item: item, Id: Text(item, "id"))).ToList();
        var known = await book.FindAsync([.. items.Select(item => item.Id).OfType<string>()]);
        var own = items.FindAll(item => item.Id is { } id && book.MayUse(caller, known.GetValueOrDefault(id)));
        foreach (var (item, id) in own)
            if (kind == "batches" && known.TryGetValue(id!, out var batch))
                await ReadBatchAsync(batch, item);
        return Write(document.RootElement, [.. own.Select(item => item.Item)]);
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> list)
    {
        try
        {
            return JsonDocument.Parse(list);
        }
        catch (JsonException e)
        {
            throw new FormatException("it is not JSON: " + e.Message, e);
        }
    }

    /// <summary>A list tells of each batch what reading it would.</summary>
    private async Task ReadBatchAsync(StoredObject batch, JsonElement item)
    {
        var usage = default(TokenUsage);
        var told =
            item.TryGetProperty("usage", out var json)
            && WireFormats.For(Operation.Other).TryReadUsage(JsonSerializer.SerializeToUtf8Bytes(json), ref usage);
        var status = Text(item, "status") ?? Text(item, "processing_status");
        var facts = new ObjectFacts(
            batch.Id,
            status,
            Text(item, "model"),
            Text(item, "output_file_id"),
            told ? usage : null,
            Text(item, "error_file_id")
        );
        if (facts.IsOver)
            await book.OverAsync(batch, await book.DueAsync(batch, CancellationToken.None) is not null, facts);
    }

    private static byte[] Write(JsonElement list, JsonElement[] own)
    {
        var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            foreach (var member in list.EnumerateObject())
                switch (member.Name)
                {
                    case "data":
                        json.WriteStartArray("data");
                        foreach (var item in own)
                            item.WriteTo(json);
                        json.WriteEndArray();
                        break;
                    // Ids of others are nobody else's business.
                    case "first_id":
                        json.WriteString("first_id", own.Length > 0 ? Text(own[0], "id") : null);
                        break;
                    case "last_id":
                        json.WriteString("last_id", own.Length > 0 ? Text(own[^1], "id") : null);
                        break;
                    default:
                        member.WriteTo(json);
                        break;
                }
            json.WriteEndObject();
        }
        return output.ToArray();
    }

    private static string? Text(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
