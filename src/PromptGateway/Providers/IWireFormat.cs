using System.Buffers;
using PromptGateway.Chat;

namespace PromptGateway.Providers;

/// <summary>Reads what one API's answers tell, over bytes as they pass. Stateless; what is learned goes into <see cref="StreamFacts"/>.</summary>
internal interface IWireFormat
{
    /// <summary>True when a stream of this format has an end of its own, so that a stream without it was cut short.</summary>
    bool EndsExplicitly { get; }

    /// <summary>Reads one event of a stream. Never throws, whatever the bytes.</summary>
    /// <param name="name">The <c>event:</c> line, empty if there is none.</param>
    /// <param name="data">The joined <c>data:</c> lines.</param>
    /// <param name="facts">Updated.</param>
    void ReadEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, ref StreamFacts facts);

    /// <summary>Reads a <c>usage</c> object. Never throws.</summary>
    /// <returns>False when it holds no token counts.</returns>
    bool TryReadUsage(ReadOnlySpan<byte> json, ref TokenUsage usage);

    /// <summary>Writes the event that tells the client that the stream failed (in the form its SDKs understand).</summary>
    void WriteError(IBufferWriter<byte> output, Rejection rejection, in StreamFacts facts);

    /// <summary>
    /// Ends a stream that the gateway stops in the middle: a finish that says that the answer is cut at its limit, the error that says
    /// why, and the format's own end.
    /// </summary>
    /// <param name="output">Takes whole events.</param>
    /// <param name="lastEvent">Data of the last event that went out, whose ids the finish repeats.</param>
    /// <param name="rejection">Why.</param>
    /// <param name="facts">What the stream told.</param>
    /// <param name="outputTokens">Generated so far, estimated.</param>
    /// <param name="choices">How many answers the stream holds.</param>
    void WriteStop(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> lastEvent,
        Rejection rejection,
        in StreamFacts facts,
        long outputTokens,
        int choices
    );
}
