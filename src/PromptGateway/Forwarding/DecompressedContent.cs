using System.IO.Compression;
using System.Net.Http.Headers;

namespace PromptGateway.Forwarding;

/// <summary>
/// An answer that an upstream has compressed though the gateway never asks for it: as it is without, so that it can be read along with.
/// </summary>
internal sealed class DecompressedContent : StandInContent
{
    private DecompressedContent(HttpContent original, Stream source, Stream decoder)
        : base(original, decoder)
    {
        Source = source;
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
}
