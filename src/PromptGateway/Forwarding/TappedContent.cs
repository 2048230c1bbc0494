using System.Net;

namespace PromptGateway.Forwarding;

/// <summary>Gives YARP the tap in place of the upstream's own body; owns both.</summary>
internal sealed class TappedContent(HttpContent original, AnswerTap tap) : HttpContent
{
    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(tap);

    protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) => Task.FromResult<Stream>(tap);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => tap;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => tap.CopyToAsync(stream);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            tap.Dispose();
            original.Dispose();
        }
        base.Dispose(disposing);
    }
}
