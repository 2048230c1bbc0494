namespace PromptGateway.Simulator;

/// <summary>What reached the simulator, byte for byte.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Headers">All headers but the credentials.</param>
/// <param name="Body">The body.</param>
internal sealed record ReceivedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body);
