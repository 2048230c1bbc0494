using System.Buffers;
using System.Globalization;
using System.Text;
using PromptGateway.Chat;
using PromptGateway.Endpoints;
using Yarp.ReverseProxy.Transforms;

namespace PromptGateway.Forwarding;

/// <summary>An answer with an error status: small, so it is read whole, cleaned of secrets, and understood.</summary>
internal sealed class UpstreamErrorAnswer(ResponseTransformContext context, Attempt attempt, ILogger log)
{
    /// <summary>Bytes of an error that are passed on; nobody reads more.</summary>
    private const int Longest = 256 * 1024;

    public async Task ApplyAsync()
    {
        var answer = context.ProxyResponse!;
        var body = await ReadAsync(answer);
        // 422 is what servers answer that check fields by a schema.
        if (attempt is { InjectedUsage: true, UpstreamStatus: 400 or 422 } && body.AsSpan().IndexOf("stream_options"u8) >= 0)
        {
            attempt.StreamOptionsRejected = true;
            context.SuppressResponseBody = true;
            return;
        }
        var upstream = attempt.Target.Upstream;
        if (attempt.UpstreamStatus == 401 && upstream.Secret is not null)
        {
            log.LogError(
                "The upstream {Upstream} refuses the gateway's credentials ({Origin}). Its key has to be renewed.",
                upstream.Id,
                upstream.Origin
            );
            attempt.CredentialsRefused = true;
            context.SuppressResponseBody = true;
            return;
        }
        body = WithoutSecret(body, upstream.Secret);
        SetStatus();
        answer.Content.Dispose();
        answer.Content = new ByteArrayContent(body);
        context.HttpContext.Response.ContentLength = body.Length;
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage answer)
    {
        // Rented: providers that refuse do so often.
        var buffer = ArrayPool<byte>.Shared.Rent(Longest);
        try
        {
            var stream = await answer.Content.ReadAsStreamAsync(attempt.Cancellation);
            var length = await stream.ReadAtLeastAsync(
                buffer.AsMemory(0, Longest),
                Longest,
                throwOnEndOfStream: false,
                attempt.Cancellation
            );
            return buffer[..length];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Some providers quote the key that they did not accept.</summary>
    private static byte[] WithoutSecret(byte[] body, string? secret)
    {
        if (secret is null || body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0)
            return body;
        return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).Replace(secret, "***", StringComparison.Ordinal));
    }

    private void SetStatus()
    {
        var response = context.HttpContext.Response;
        // .NET's OpenAI client does not retry 529, Anthropic's word for an overload (wire.md, trap 9).
        if (attempt.UpstreamStatus == 529 && context.HttpContext.FindNoun<GatewayEndpoint>()?.Dialect == Dialect.OpenAI)
            response.StatusCode = 503;
        // And it waits between its tries only when it is told how long.
        if (response.StatusCode is 429 or 503 && response.Headers.RetryAfter.Count == 0)
            response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
        response.Headers["x-promptgateway-error-source"] = "upstream";
    }
}
