namespace PromptGateway.Simulator.Storage;

/// <summary>
/// A response that can be read again and continued, as UTF-8 JSON: as a tree of nodes it takes ten times the memory, and most are never
/// read again.
/// </summary>
/// <param name="Response">The response object as it was sent.</param>
/// <param name="Input">An array of input items with ids, in order.</param>
/// <param name="Context">What a continuation starts from, an item each: the context before it, the input and the output.</param>
internal sealed record StoredResponse(byte[] Response, byte[] Input, IReadOnlyList<byte[]> Context)
{
    /// <summary>What it takes in memory; the context that it shares with the response before it counts for both.</summary>
    public long Bytes => Response.Length + Input.Length + Context.Sum(item => (long)item.Length) + 1024;
}
