using System.Buffers;
using System.Globalization;
using PromptGateway.Chat;

namespace PromptGateway.Endpoints;

/// <summary>Sends a <see cref="Rejection"/> as the answer, in the dialect of the client.</summary>
internal static class RejectionWriter
{
    /// <summary>Refuses the request. The response must not have started.</summary>
    /// <param name="context">The request.</param>
    /// <param name="rejection">What it is told.</param>
    /// <param name="spoken">The client's dialect where no endpoint tells it; null: the endpoint's.</param>
    public static async Task RejectAsync(this HttpContext context, Rejection rejection, Dialect? spoken = null)
    {
        context.SetNoun(rejection);
        var response = context.Response;
        response.StatusCode = rejection.Status;
        response.ContentType = "application/json; charset=utf-8";
        if (rejection.RetryAfter is { } wait)
        {
            // .NET's OpenAI client knows only whole seconds; the JavaScript ones prefer milliseconds.
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            response.Headers["retry-after-ms"] = Math.Max(1, (long)Math.Ceiling(wait.TotalMilliseconds))
                .ToString(CultureInfo.InvariantCulture);
        }
        if (rejection.ShouldRetry is { } retry)
            response.Headers["x-should-retry"] = retry ? "true" : "false";
        response.Headers["x-promptgateway-error-source"] = "gateway";

        var body = new ArrayBufferWriter<byte>(512);
        var dialect = spoken ?? context.FindNoun<GatewayEndpoint>()?.Dialect ?? Dialect.OpenAI;
        ErrorBody.Write(body, rejection, dialect, context.TraceIdentifier);
        response.ContentLength = body.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }
}
