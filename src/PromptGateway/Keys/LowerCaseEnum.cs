using System.Text.Json;
using System.Text.Json.Serialization;

namespace PromptGateway.Keys;

/// <summary>Writes an enum as its lower-case name; reads names only, no numbers.</summary>
internal sealed class LowerCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
