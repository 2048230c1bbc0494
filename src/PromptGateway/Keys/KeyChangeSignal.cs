using System.Threading.Channels;

namespace PromptGateway.Keys;

/// <summary>Wakes the <see cref="KeyRefresher"/> before its next poll. Raised several times before it looks, it looks once.</summary>
internal sealed class KeyChangeSignal
{
    private readonly Channel<bool> _raised = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );

    /// <summary>The store has told that a key changed, or that it may have.</summary>
    public void Raise() => _raised.Writer.TryWrite(true);

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _raised.Reader.ReadAsync(cancellationToken);
}
