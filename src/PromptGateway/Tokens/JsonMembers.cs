using System.Text.Json;

namespace PromptGateway.Tokens;

/// <summary>Reading JSON that may have any shape: what is missing or of another kind is undefined or empty.</summary>
internal static class JsonMembers
{
    /// <summary>The member of that name, undefined if there is none or the element is no object.</summary>
    public static JsonElement Member(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>An array's elements; none if it is no array.</summary>
    public static JsonElement.ArrayEnumerator Elements(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : default;

    /// <summary>True if the element is this string.</summary>
    public static bool Says(this JsonElement element, ReadOnlySpan<byte> text) =>
        element.ValueKind == JsonValueKind.String && element.ValueEquals(text);

    /// <summary>The string, or null if the element is none.</summary>
    public static string? AsText(this JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;
}
