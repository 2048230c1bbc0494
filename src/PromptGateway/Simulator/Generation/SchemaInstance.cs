using System.Text.Json;
using System.Text.Json.Nodes;

namespace PromptGateway.Simulator.Generation;

/// <summary>
/// A small instance that fits a JSON schema: required properties only, least lengths and values. Covers what the providers'
/// structured outputs accept (<c>$ref</c>, <c>anyOf</c>, <c>allOf</c>, enums, formats, bounds); <c>pattern</c> is not followed.
/// </summary>
internal static class SchemaInstance
{
    /// <summary>Deeper than any sensible schema; a schema that demands endless nesting ends here with null.</summary>
    private const int MaxDepth = 48;

    public static JsonNode? Of(JsonElement schema) => Build(schema, schema, 0);

    private static JsonNode? Build(JsonElement schema, JsonElement root, int depth)
    {
        if (depth > MaxDepth)
            return null;
        if (schema.ValueKind is not JsonValueKind.Object)
            return new JsonObject();
        if (schema.TryGetProperty("const", out var constant))
            return Copy(constant);
        if (schema.TryGetProperty("enum", out var values) && values.ValueKind is JsonValueKind.Array && values.GetArrayLength() > 0)
            return Copy(values[0]);
        if (schema.TryGetProperty("$ref", out var reference))
            return Build(Resolve(reference, root), root, depth + 1);
        if (Branches(schema, "anyOf") is { } any)
            return Build(Simplest(any), root, depth + 1);
        if (Branches(schema, "oneOf") is { } one)
            return Build(Simplest(one), root, depth + 1);
        if (Branches(schema, "allOf") is { } all)
            return Merge(schema, all, root, depth);
        return OfType(schema, root, depth);
    }

    private static JsonNode? OfType(JsonElement schema, JsonElement root, int depth) =>
        Type(schema) switch
        {
            "array" => Items(schema, root, depth),
            "string" => Text(schema),
            "integer" => JsonValue.Create((long)Math.Ceiling(Number(schema, step: 1))),
            "number" => JsonValue.Create(Number(schema, step: 0.5)),
            "boolean" => JsonValue.Create(true),
            "null" => null,
            _ => Properties(schema, root, depth),
        };

    private static string Type(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type))
            return schema.TryGetProperty("items", out _) ? "array" : "object";
        if (type.ValueKind is JsonValueKind.Array)
            type = type.EnumerateArray().FirstOrDefault();
        return type.ValueKind is JsonValueKind.String ? type.GetString()! : "object";
    }

    private static JsonObject Properties(JsonElement schema, JsonElement root, int depth)
    {
        var instance = new JsonObject();
        if (!schema.TryGetProperty("required", out var required) || required.ValueKind is not JsonValueKind.Array)
            return instance;
        schema.TryGetProperty("properties", out var properties);
        foreach (
            var name in required.EnumerateArray().Where(name => name.ValueKind is JsonValueKind.String).Select(name => name.GetString()!)
        )
        {
            JsonElement property = default;
            if (properties.ValueKind is JsonValueKind.Object)
                properties.TryGetProperty(name, out property);
            instance[name] = Build(property, root, depth + 1);
        }

        return instance;
    }

    private static JsonArray Items(JsonElement schema, JsonElement root, int depth)
    {
        var instance = new JsonArray();
        var least = (int)Math.Clamp(Bound(schema, "minItems") ?? 0, 0, 64);
        schema.TryGetProperty("items", out var items);
        for (var i = 0; i < least; i++)
            instance.Add(Build(items, root, depth + 1));
        return instance;
    }

    private static string Text(JsonElement schema)
    {
        var format = schema.TryGetProperty("format", out var named) && named.ValueKind is JsonValueKind.String ? named.GetString() : null;
        var text = format switch
        {
            "date-time" => "2026-01-01T00:00:00Z",
            "date" => "2026-01-01",
            "time" => "00:00:00Z",
            "duration" => "P1D",
            "email" => "user@example.com",
            "hostname" => "example.com",
            "ipv4" => "127.0.0.1",
            "ipv6" => "::1",
            "uuid" => "00000000-0000-4000-8000-000000000000",
            "uri" => "https://example.com/",
            _ => "sample",
        };
        if (format is not null)
            return text;
        text = text.PadRight((int)Math.Clamp(Bound(schema, "minLength") ?? 0, 0, 10_000), 'e');
        return text[..(int)Math.Clamp(Bound(schema, "maxLength") ?? text.Length, 0, text.Length)];
    }

    private static double Number(JsonElement schema, double step)
    {
        var multiple = Bound(schema, "multipleOf") is { } given and > 0 ? given : step;
        if ((Bound(schema, "minimum") ?? Bound(schema, "exclusiveMinimum")) is { } least)
        {
            var number = Math.Ceiling(least / multiple) * multiple;
            return number <= (Bound(schema, "exclusiveMinimum") ?? double.MinValue) ? number + multiple : number;
        }

        if ((Bound(schema, "maximum") ?? Bound(schema, "exclusiveMaximum")) is not { } most || most > multiple)
            return multiple;
        var highest = Math.Floor(most / multiple) * multiple;
        return highest >= (Bound(schema, "exclusiveMaximum") ?? double.MaxValue) ? highest - multiple : highest;
    }

    /// <summary>All parts must hold: their properties and required names are joined into one object schema.</summary>
    private static JsonNode? Merge(JsonElement schema, IReadOnlyList<JsonElement> parts, JsonElement root, int depth)
    {
        JsonNode? merged = OfType(schema, root, depth);
        foreach (var part in parts)
        {
            var built = Build(part, root, depth + 1);
            if (merged is not JsonObject target || built is not JsonObject source)
            {
                merged = built;
                continue;
            }

            foreach (var (name, value) in source.ToArray())
                target[name] = value?.DeepClone();
        }

        return merged;
    }

    /// <summary>A branch without a reference if there is one, so that recursive schemas end.</summary>
    private static JsonElement Simplest(List<JsonElement> branches)
    {
        foreach (var branch in branches)
        {
            if (branch.ValueKind is JsonValueKind.Object && !branch.TryGetProperty("$ref", out _))
                return branch;
        }

        return branches[0];
    }

    private static List<JsonElement>? Branches(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var list) && list.ValueKind is JsonValueKind.Array && list.GetArrayLength() > 0
            ? [.. list.EnumerateArray()]
            : null;

    private static JsonElement Resolve(JsonElement reference, JsonElement root)
    {
        var at = root;
        if (reference.ValueKind is not JsonValueKind.String || reference.GetString() is not ['#', .. var pointer])
            return default;
        foreach (var step in pointer.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Uri.UnescapeDataString(step)
                .Replace("~1", "/", StringComparison.Ordinal)
                .Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind is not JsonValueKind.Object || !at.TryGetProperty(name, out at))
                return default;
        }

        return at;
    }

    private static double? Bound(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var bound) && bound.ValueKind is JsonValueKind.Number && bound.TryGetDouble(out var value)
            ? value
            : null;

    private static JsonNode? Copy(JsonElement element) =>
        element.ValueKind is JsonValueKind.Null ? null : JsonNode.Parse(element.GetRawText(), documentOptions: SimulatorJson.Reader);
}
