using System.Net;
using PromptGateway.Json;

namespace PromptGateway.Forwarding;

/// <summary>
/// A request body that lies in memory as a whole. YARP's own content copies a stream that may still be coming from the client, and
/// therefore sends the headers ahead in a packet of their own; a body that is here already leaves together with them, which saves a
/// system call for each request on both sides.
/// </summary>
/// <remarks>
/// One of the framework's contents of bytes in memory: with HTTP/2 the client waits until such a body has been sent or given up before it
/// hands out an answer or a failure. Any other content it may go on sending beside the answer, and after the request the body's buffers
/// belong to somebody else.
/// </remarks>
internal sealed class ReplayedContent(SplicedBodyStream body) : ByteArrayContent([])
{
    /// <summary>
    /// Longest body that is sent so, in bytes. YARP's timer for silence does not see how far such a body has got, so what takes a slow
    /// upstream long to receive goes YARP's way.
    /// </summary>
    public const int LongestBody = 256 << 10;

    /// <summary>Where a request carries its content from the transform to <see cref="ReplayHandler"/>.</summary>
    public static readonly HttpRequestOptionsKey<ReplayedContent> Key = new("promptgateway.body");

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <summary>From the start each time: a server that closes a connection may have the client send a request once more over another.</summary>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        body.CopyWholeAsync(stream, cancellationToken);

    /// <summary>What becomes the request's <c>Content-Length</c>.</summary>
    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
