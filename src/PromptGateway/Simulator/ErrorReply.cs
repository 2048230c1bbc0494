using System.Globalization;
using System.Text.Json.Nodes;
using PromptGateway.Chat;
using PromptGateway.Simulator.Formats;

namespace PromptGateway.Simulator;

/// <summary>Writes an error in the dialect of the path that was called.</summary>
internal static class ErrorReply
{
    public static Task WriteAsync(HttpContext context, Rejection error)
    {
        context.Response.StatusCode = error.Status;
        if (error.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            context.Response.Headers["retry-after-ms"] = ((long)wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }

        return JsonReply.WriteAsync(context, Body(context, error));
    }

    public static JsonObject Body(HttpContext context, Rejection error) =>
        IsAnthropic(context.Request)
            ? AnthropicError.Body(error, context.Response.Headers["request-id"].ToString())
            : OpenAIError.Body(error);

    /// <summary>The path is Anthropic's own, or one both APIs have and the version header says Anthropic.</summary>
    public static bool IsAnthropic(HttpRequest request) =>
        request.Path.StartsWithSegments("/v1/messages") || request.Headers.ContainsKey("anthropic-version");
}
