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
}
