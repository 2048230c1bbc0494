using System.Text.Json;
using System.Text.Json.Nodes;

namespace PromptGateway.Simulator.Storage;

/// <summary>A response that can be read again and continued.</summary>
/// <param name="Response">The response object as it was sent.</param>
/// <param name="Input">Input items with ids, in order.</param>
/// <param name="Context">What a continuation starts from: the context before it, the input and the output.</param>
internal sealed record StoredResponse(JsonObject Response, JsonArray Input, IReadOnlyList<JsonElement> Context);
