using System.Runtime.CompilerServices;

namespace PromptGateway.Forwarding;

/// <summary>A body that streams through to the upstream: each piece of it is a sign that the attempt is not silent.</summary>
internal sealed class PassingBody(Stream inner, Attempt attempt, TimeProvider time) : ReadingStream
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        attempt.NotePassed(time.GetTimestamp());
        return read;
    }
}
