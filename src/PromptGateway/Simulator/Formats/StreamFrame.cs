using System.Text.Json.Nodes;

namespace PromptGateway.Simulator.Formats;

/// <summary>One server-sent event.</summary>
/// <param name="Event">The <c>event:</c> line; null has none.</param>
/// <param name="Data">The <c>data:</c> line; null is <c>[DONE]</c>.</param>
/// <param name="IsDelta">It carries generated output: delays and faults count these chunks.</param>
internal readonly record struct StreamFrame(string? Event, JsonObject? Data, bool IsDelta = false)
{
    public static StreamFrame Done => new(null, null);

    /// <summary>An event whose <c>event:</c> line repeats the data's <c>type</c>.</summary>
    public static StreamFrame Typed(JsonObject data, bool isDelta = false) => new((string?)data["type"], data, isDelta);
}
