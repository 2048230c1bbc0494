using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace PromptGateway.Tokens;

/// <summary>Adds up one prompt: text up to a budget of bytes counted, the rest extrapolated; images; framing.</summary>
internal sealed class PromptTally(ModelTokenRules rules, int maxTextBytes)
{
    // Base64 audio: OpenAI bills 10 tokens a second. 16 kB/s stands between compressed and plain speech.
    private const int AudioBytesPerToken = 1600;

    // A page of a PDF is some 2,000 tokens and 50 kB.
    private const int DocumentBytesPerToken = 25;

    // English text; only used where nothing was counted to extrapolate from.
    private const int UsualBytesPerToken = 4;

    private readonly Tokenizer tokenizer = Tokenizer.For(rules.Encoding);
    private long textTokens;
    private long countedBytes;
    private long skippedBytes;
    private long otherTokens;
    private bool exact = rules.Exact;

    public ModelTokenRules Rules => rules;

    /// <summary>Framing and the like, which no factor applies to.</summary>
    public void Add(long tokens) => otherTokens += tokens;

    /// <summary>Something in the prompt is known only roughly.</summary>
    public void MarkInexact() => exact = false;

    public TokenEstimate Result()
    {
        var tokens = (double)textTokens;
        if (skippedBytes > 0)
            tokens += countedBytes > 0 ? (double)skippedBytes * textTokens / countedBytes : (double)skippedBytes / UsualBytesPerToken;
        tokens = Math.Ceiling(Math.Round(tokens * rules.TextFactor, 3)) + otherTokens;
        return new TokenEstimate((int)Math.Clamp(tokens, 0, int.MaxValue), exact && skippedBytes == 0);
    }

    /// <summary>Counts UTF-8 text.</summary>
    public void Text(ReadOnlySpan<byte> utf8)
    {
        var counted = utf8.Length;
        if (counted > maxTextBytes - countedBytes)
        {
            counted = (int)(maxTextBytes - countedBytes);
            while (counted > 0 && (utf8[counted] & 0xC0) == 0x80)
                counted--;
        }
        textTokens += tokenizer.Count(utf8[..counted]);
        countedBytes += counted;
        skippedBytes += utf8.Length - counted;
    }

    /// <summary>Counts what a JSON string says, or nothing if the element is no string.</summary>
    /// <param name="element">Any element, also an undefined one.</param>
    /// <param name="endWithNewLine">Counts a line break after the text unless there is one or the text is empty.</param>
    public void Text(JsonElement element, bool endWithNewLine = false)
    {
        if (element.ValueKind != JsonValueKind.String)
            return;
        var raw = JsonMarshal.GetRawUtf8Value(element)[1..^1];
        if (countedBytes >= maxTextBytes || (!endWithNewLine && !raw.Contains((byte)'\\')))
        {
            Text(raw);
            return;
        }
        var buffer = ArrayPool<byte>.Shared.Rent(raw.Length + 1);
        try
        {
            var length = JsonText.Unescape(raw, buffer);
            if (endWithNewLine && length > 0 && buffer[length - 1] != '\n')
                buffer[length++] = (byte)'\n';
            Text(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Counts an element's JSON as it stands, roughly what a model is shown of it.</summary>
    public void Json(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Undefined)
            return;
        MarkInexact();
        Text(JsonMarshal.GetRawUtf8Value(element));
    }

    /// <summary>Counts an image by its base64 data or <c>data:</c> URL; one that lies elsewhere by an assumed size.</summary>
    public void Image(JsonElement data, ImageDetail detail)
    {
        MarkInexact();
        var size = ImageSize.Assumed;
        if (data.ValueKind == JsonValueKind.String && InlineImage.TryReadSize(JsonMarshal.GetRawUtf8Value(data)[1..^1], out var read))
            size = read;
        Add(rules.Image.Tokens(size, detail));
    }

    /// <summary>Estimates base64 audio by its length.</summary>
    public void Audio(JsonElement base64) => Opaque(base64, AudioBytesPerToken);

    /// <summary>Estimates a base64 document by its length.</summary>
    public void Document(JsonElement base64) => Opaque(base64, DocumentBytesPerToken);

    private void Opaque(JsonElement base64, int bytesPerToken)
    {
        MarkInexact();
        if (base64.ValueKind == JsonValueKind.String)
            Add(JsonMarshal.GetRawUtf8Value(base64).Length * 3L / 4 / bytesPerToken);
    }
}
