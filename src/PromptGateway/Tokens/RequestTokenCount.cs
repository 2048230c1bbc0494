using System.Text.Json;

namespace PromptGateway.Tokens;

/// <summary>Counts the prompt of a whole request body. Off the hot path: it tokenizes, at some 20 to 100 MB/s.</summary>
internal static class RequestTokenCount
{
    /// <summary>Text beyond this many bytes is extrapolated from the text before it.</summary>
    public const int DefaultMaxTextBytes = 4 << 20;

    private const int BytesPerTokenOfAnything = 4;

    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = 256 };

    /// <summary>Counts the prompt tokens that a body costs at a model.</summary>
    /// <param name="body">The request body. If it is no JSON object, its length is the base of a rough estimate.</param>
    /// <param name="format">The body's shape.</param>
    /// <param name="model">The target model's name, which decides how it is counted; the body's <c>model</c> is not looked at.</param>
    /// <param name="maxTextBytes">Bounds the work: bytes of text that are tokenized.</param>
    public static TokenEstimate Of(ReadOnlyMemory<byte> body, RequestFormat format, string model, int maxTextBytes = DefaultMaxTextBytes) =>
        Of(body, format, ModelTokenRules.For(model), maxTextBytes);

    /// <inheritdoc cref="Of(ReadOnlyMemory{byte}, RequestFormat, string, int)"/>
    public static TokenEstimate Of(ReadOnlyMemory<byte> body, RequestFormat format, ModelTokenRules rules, int maxTextBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxTextBytes);
        try
        {
            using var json = JsonDocument.Parse(body, Lenient);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                var tally = new PromptTally(rules, maxTextBytes);
                Count(tally, json.RootElement, format);
                return tally.Result();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or names with half a surrogate pair, which the reader cannot compare: the estimate below holds.
        }
        return new TokenEstimate(body.Length / BytesPerTokenOfAnything, Exact: false);
    }

    private static void Count(PromptTally tally, JsonElement root, RequestFormat format)
    {
        switch (format)
        {
            case RequestFormat.ChatCompletions:
                ChatCompletionsCount.Add(tally, root);
                break;
            case RequestFormat.Responses:
                ResponsesCount.Add(tally, root);
                break;
            case RequestFormat.Messages:
                MessagesCount.Add(tally, root);
                break;
            case RequestFormat.Embeddings:
                PlainInputCount.Add(tally, root.Member("input"u8));
                break;
            case RequestFormat.Completions:
                PlainInputCount.Add(tally, root.Member("prompt"u8));
                break;
        }
    }
}
