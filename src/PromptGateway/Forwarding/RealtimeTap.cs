using PromptGateway.Providers;
using PromptGateway.Providers.OpenAI;

namespace PromptGateway.Forwarding;

/// <summary>Reads along with what the upstream sends on a realtime WebSocket, and sums up the tokens of its responses.</summary>
internal sealed class RealtimeTap : IDisposable
{
    /// <summary>Bytes. The messages that report usage hold text at most: audio comes in messages of its own.</summary>
    private const int LongestMessage = 4 << 20;
    private readonly ServerFrames _frames = new(LongestMessage);
    private StreamFacts _facts;

    public ref readonly StreamFacts Facts => ref _facts;

    /// <summary>The upstream has agreed to the WebSocket.</summary>
    public bool Opened { get; set; }

    /// <summary>The upstream ended the session in an orderly way.</summary>
    public bool Closed => _frames.Closed;

    /// <summary>Some of what passed could not be read.</summary>
    public bool GaveUp => _frames.GaveUp || _frames.Skipped;

    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (_frames.TryRead(ref bytes, out var message))
            RealtimeMessages.Read(message, ref _facts);
    }

    public void Dispose() => _frames.Dispose();
}
