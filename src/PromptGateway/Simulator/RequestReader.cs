using System.Text.Json;
using Microsoft.Net.Http.Headers;
using PromptGateway.Chat;

namespace PromptGateway.Simulator;

/// <summary>Reads request bodies whole; their size is bounded by Kestrel.</summary>
internal static class RequestReader
{
    /// <exception cref="RefusedException">The body is not a JSON object.</exception>
    public static async Task<JsonElement> JsonAsync(HttpContext context, SimulatorState state)
    {
        var bytes = await BytesAsync(context, state);
        try
        {
            var body = JsonDocument.Parse(bytes, SimulatorJson.Reader).RootElement;
            if (body.ValueKind is JsonValueKind.Object)
                return body;
        }
        catch (JsonException)
        {
            // Told below, together with JSON that is no object.
        }

        throw new RefusedException(
            Rejection.BadRequest("invalid_json", "We could not parse the JSON body of your request: it must be one JSON object.")
        );
    }

    public static async Task<byte[]> BytesAsync(HttpContext context, SimulatorState state)
    {
        using var buffer = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 0, state.Options.MaxBodyBytes));
        try
        {
            await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        }
        catch (IOException broken) when (broken is not BadHttpRequestException && !context.RequestAborted.IsCancellationRequested)
        {
            // Broken chunked framing: not the client leaving, and not an exception that says "bad request" by itself.
            throw new RefusedException(Rejection.BadRequest("invalid_body", "The request body is not framed as its headers say."));
        }

        var bytes = buffer.ToArray();
        state.Options.OnRequest?.Invoke(Describe(context.Request, bytes));
        return bytes;
    }

    private static ReceivedRequest Describe(HttpRequest request, byte[] body)
    {
        var headers = request
            .Headers.Where(header =>
                header.Key != HeaderNames.Authorization && !header.Key.Equals("x-api-key", StringComparison.OrdinalIgnoreCase)
            )
            .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new(request.Method, request.Path + request.QueryString, headers, body);
    }
}
