using System.Text.Json.Nodes;

namespace PromptGateway.Simulator.Formats;

/// <summary>An event of a Responses stream before it gets its sequence number.</summary>
/// <param name="Type">Its type and event name.</param>
/// <param name="Fields">Its other members, in order.</param>
/// <param name="IsDelta">It carries generated output.</param>
internal readonly record struct ResponsesEvent(string Type, (string Name, JsonNode? Value)[] Fields, bool IsDelta = false);
