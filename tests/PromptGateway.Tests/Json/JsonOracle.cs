using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace PromptGateway.Tests.Json;

/// <summary>What a strict reader thinks of a document, said by System.Text.Json, which shares no code with the scan.</summary>
internal static class JsonOracle
{
    /// <summary>The decoded top-level names with the raw text of their values, in order; null when the document must be refused.</summary>
    public static List<(string Name, string Raw)>? Read(ReadOnlyMemory<byte> utf8, int maxDepth = 128)
    {
        if (!Utf8.IsValid(utf8.Span))
            return null;
        try
        {
            CheckStrings(utf8.Span, maxDepth);
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = maxDepth });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            var members = document.RootElement.EnumerateObject().Select(m => (m.Name, m.Value.GetRawText())).ToList();
            return members.Select(m => m.Name).Distinct().Count() == members.Count ? members : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>GetString refuses half surrogate pairs, which parsing alone lets pass.</summary>
    private static void CheckStrings(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                Encoding.UTF8.GetByteCount(reader.GetString()!);
        }
    }
}
