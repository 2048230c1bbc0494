using System.Text.Json;

namespace PromptGateway.Admin;

/// <summary>Reads a request's body within bounds; what is wrong with it becomes a 400, 413 or 415 that says where.</summary>
internal static class JsonBody
{
    public const int MaxBytes = 256 * 1024;

    /// <returns>Null when there is no body at all.</returns>
    /// <exception cref="AdminProblemException">The body is too large or not a JSON object.</exception>
    public static async Task<JsonDocument?> ReadObjectAsync(HttpContext context)
    {
        var body = await ReadBytesAsync(context);
        if (body.Length == 0)
            return null;
        if (!context.Request.HasJsonContentType())
            throw new AdminProblemException(StatusCodes.Status415UnsupportedMediaType, "Send the body as Content-Type: application/json.");
        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = AdminJson.Options.MaxDepth };
            var document = JsonDocument.Parse(body, options);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document
                : throw new JsonException("The body is not a JSON object.");
        }
        catch (JsonException e)
        {
            throw Unreadable(e, type: null);
        }
    }

    /// <exception cref="AdminProblemException">A member is unknown or of the wrong type.</exception>
    public static T Deserialize<T>(JsonDocument document)
        where T : class
    {
        try
        {
            return document.Deserialize<T>(AdminJson.Options)!;
        }
        catch (JsonException e)
        {
            throw Unreadable(e, typeof(T));
        }
    }

    private static AdminProblemException Unreadable(JsonException e, Type? type) =>
        new(StatusCodes.Status400BadRequest, "The body cannot be read: " + JsonMistake.Describe(e, type));

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext context)
    {
        var buffer = new byte[Math.Clamp((context.Request.ContentLength ?? 4096) + 1, 4096, MaxBytes + 1)];
        for (var length = 0; ; )
        {
            var read = await context.Request.Body.ReadAsync(buffer.AsMemory(length), context.RequestAborted);
            if (read == 0)
                return buffer.AsMemory(0, length);
            length += read;
            if (length > MaxBytes)
                throw new AdminProblemException(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {MaxBytes} bytes.");
            if (length == buffer.Length)
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, MaxBytes + 1));
        }
    }
}
