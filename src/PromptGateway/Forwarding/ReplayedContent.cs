using System.Net;
using System.Net.Http.Headers;
using PromptGateway.Json;

namespace PromptGateway.Forwarding;

/// <summary>
/// A request body that lies in memory as a whole. YARP's own content copies a stream that may still be coming from the client, and
/// therefore sends the headers ahead in a packet of their own; a body that is here already leaves together with them, which saves a system call
/// for each request on both sides.
/// </summary>
internal sealed class ReplayedContent : HttpContent
{
    /// <summary>
    /// Longest body that is sent so, in bytes. YARP's timer for silence does not see how far such a body has got, so what takes a slow
    /// upstream long to receive goes YARP's way.
    /// </summary>
    public const int LongestBody = 256 << 10;

    /// <summary>Where a request carries its body from the transform to <see cref="ReplayHandler"/>.</summary>
    public static readonly HttpRequestOptionsKey<SplicedBodyStream> Body = new("promptgateway.body");

    private readonly SplicedBodyStream _body;

    public ReplayedContent(SplicedBodyStream body, HttpContentHeaders headers)
    {
        _body = body;
        foreach (var (name, values) in headers.NonValidated)
            if (values.Count == 1)
                Headers.TryAddWithoutValidation(name, values.ToString());
            else
                Headers.TryAddWithoutValidation(name, values);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _body.CopyToAsync(stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
