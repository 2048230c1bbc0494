using System.Text.Json;
using System.Text.Json.Serialization;

namespace PromptGateway.Storage;

/// <summary>Lists and maps inside a column: snake case, absent instead of null. Members that a newer version wrote are skipped.</summary>
internal static class StoredJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static IReadOnlyList<T> ReadList<T>(string json) => json == "[]" ? [] : JsonSerializer.Deserialize<List<T>>(json, Options) ?? [];

    public static IReadOnlyDictionary<string, string> ReadMap(string json) =>
        json == "{}"
            ? System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty
            : JsonSerializer.Deserialize<Dictionary<string, string>>(json, Options) ?? [];
}
