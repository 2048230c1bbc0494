using System.IO.Compression;
using PromptGateway.Chat;

namespace PromptGateway.Prompts;

/// <summary>Reads a request body whole, decompressed and capped.</summary>
internal static class BodyReading
{
    /// <returns>Null when the body is larger than <paramref name="limit"/> bytes or its encoding is not known; then see the rejection.</returns>
    public static ValueTask<(PooledBody? Body, Rejection? Rejection)> ReadAsync(
        HttpRequest request,
        int limit,
        CancellationToken cancellationToken
    )
    {
        if (request.ContentLength > limit)
            return ValueTask.FromResult<(PooledBody?, Rejection?)>((null, TooLarge(limit)));
        var encoding = request.Headers.ContentEncoding.ToString();
        return encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? ReadPlainAsync(request, limit, cancellationToken)
            : InflateAsync(request, encoding, limit, cancellationToken);
    }

    private static async ValueTask<(PooledBody?, Rejection?)> ReadPlainAsync(
        HttpRequest request,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var body = new PooledBody((int)Math.Min(request.ContentLength ?? 4096, limit));
        try
        {
            var reader = request.BodyReader;
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                if (body.Length + read.Buffer.Length > limit)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    body.Dispose();
                    return (null, TooLarge(limit));
                }
                body.Append(read.Buffer);
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return (body, null);
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private static async ValueTask<(PooledBody?, Rejection?)> InflateAsync(
        HttpRequest request,
        string encoding,
        int limit,
        CancellationToken cancellationToken
    )
    {
        await using var inflated = Inflating(request.Body, encoding);
        if (inflated is null)
            return (
                null,
                new Rejection(
                    415,
                    "invalid_request_error",
                    "unsupported_content_encoding",
                    $"Content-Encoding '{(encoding.Length > 32 ? encoding[..32] : encoding)}' is not supported; send gzip, br, deflate or none."
                )
            );
        var body = new PooledBody(16 * 1024);
        try
        {
            while (true)
            {
                var read = await inflated.ReadAsync(body.Free, cancellationToken);
                if (read == 0)
                    break;
                body.Advance(read);
                if (body.Length > limit)
                {
                    body.Dispose();
                    return (null, TooLarge(limit));
                }
            }
        }
        // The Brotli decoder calls broken data an invalid operation.
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            body.Dispose();
            return (null, Rejection.BadRequest("invalid_body", $"The body is not valid {encoding} data."));
        }
        catch
        {
            body.Dispose();
            throw;
        }
        request.Headers.Remove("Content-Encoding");
        return (body, null);
    }

    private static Stream? Inflating(Stream body, string encoding) =>
        encoding.ToLowerInvariant() switch
        {
            "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress, leaveOpen: true),
            "br" => new BrotliStream(body, CompressionMode.Decompress, leaveOpen: true),
            "deflate" => new ZLibStream(body, CompressionMode.Decompress, leaveOpen: true),
            _ => null,
        };

    private static Rejection TooLarge(int limit) =>
        new(413, "invalid_request_error", "request_too_large", $"The request body is larger than {limit} bytes (Prompts:MaxBodyBytes).");
}
