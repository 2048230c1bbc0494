using System.Net;

namespace PromptGateway.Forwarding;

/// <summary>Gives YARP another stream in place of the upstream's own body; owns both.</summary>
/// <param name="original">What is read through the stream.</param>
/// <param name="stream">Read once.</param>
internal abstract class StandInContent(HttpContent original, Stream stream) : HttpContent
{
    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(stream);

    protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) => Task.FromResult(stream);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => stream;

    protected override Task SerializeToStreamAsync(Stream destination, TransportContext? context) => stream.CopyToAsync(destination);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stream.Dispose();
            original.Dispose();
        }
        base.Dispose(disposing);
    }
}
