using System.Collections.Concurrent;
using System.Text.Json;

namespace PromptGateway.Logging;

/// <summary>The names that properties of log events have outside: snake case, and <c>category</c> for where a line comes from.</summary>
internal static class LogPropertyNames
{
    /// <summary>What Serilog calls a category.</summary>
    public const string SourceContext = "SourceContext";

    /// <summary>Snake case costs an allocation each time, and the names are few.</summary>
    private static readonly ConcurrentDictionary<string, JsonEncodedText> Names = new();

    /// <summary>Numbers of .NET's own log calls: of no use to anybody who reads a log.</summary>
    public static bool IsNoise(string name) => name == "EventId";

    public static JsonEncodedText Of(string name) => Names.TryGetValue(name, out var encoded) ? encoded : Encode(name);

    private static JsonEncodedText Encode(string name)
    {
        var text = name == SourceContext ? "category" : JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
        var encoded = JsonEncodedText.Encode(text, JsonLine.Options.Encoder);
        if (Names.Count < 1000)
            Names.TryAdd(name, encoded);
        return encoded;
    }
}
