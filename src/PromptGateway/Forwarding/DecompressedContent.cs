using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;

namespace PromptGateway.Forwarding;

/// <summary>
/// An answer that an upstream has compressed though the gateway never asks for it: as it is without, so that it can be read along with.
/// Owns the original.
/// </summary>
internal sealed class DecompressedContent : HttpContent
{
    private readonly HttpContent _original;
    private readonly Stream _decoder;

    private DecompressedContent(HttpContent original, Stream source, Stream decoder)
    {
        (_original, Source, _decoder) = (original, source, decoder);
        foreach (var (name, values) in original.Headers.NonValidated)
            if (
                !name.Equals("Content-Encoding", StringComparison.OrdinalIgnoreCase)
                && !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
            )
                Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values);
    }

    /// <summary>The compressed bytes. While they are being decoded only this may be closed: the decoder has buffers of its own.</summary>
    public Stream Source { get; }

    /// <summary>Null when the encoding is none that is known.</summary>
    public static DecompressedContent? Of(HttpContent original, HeaderStringValues encoding)
    {
        var source = original.ReadAsStream();
        return encoding.ToString().ToLowerInvariant() switch
        {
            "gzip" or "x-gzip" => new(original, source, new GZipStream(source, CompressionMode.Decompress)),
            "br" => new(original, source, new BrotliStream(source, CompressionMode.Decompress)),
            "deflate" => new(original, source, new ZLibStream(source, CompressionMode.Decompress)),
            _ => null,
        };
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(_decoder);

    protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) => Task.FromResult(_decoder);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => _decoder;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _decoder.CopyToAsync(stream);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _decoder.Dispose();
            _original.Dispose();
        }
        base.Dispose(disposing);
    }
}
