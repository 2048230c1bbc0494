using System.Net;
using PromptGateway.Json;

namespace PromptGateway.Forwarding;

/// <summary>
/// A request body that lies in memory as a whole. YARP's own content copies a stream that may still be coming from the client, and
/// therefore sends the headers ahead in a packet of their own; a body that is here already leaves together with them, which saves a
/// system call for each request on both sides.
/// </summary>
internal sealed class ReplayedContent(SplicedBodyStream body) : HttpContent
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

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        body.CopyToAsync(stream, cancellationToken);

    /// <summary>What becomes the request's <c>Content-Length</c>.</summary>
    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
