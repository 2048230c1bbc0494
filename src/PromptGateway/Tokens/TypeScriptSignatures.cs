using System.Text;
using System.Text.Json;

namespace PromptGateway.Tokens;

/// <summary>
/// Writes tools the way OpenAI's models are shown them: as a TypeScript namespace of function types, one comment per
/// description. Descriptions of members nested deeper than one level are left out, as they are there.
/// </summary>
internal sealed class TypeScriptSignatures
{
    private const int Indent = 2;
    private const int DeepestComment = 1;

    // A schema may be nested deeper than a stack should go; what lies below is any.
    private const int DeepestType = 64;

    private readonly StringBuilder text = new();

    public static string Render(IReadOnlyList<ToolDefinition> tools)
    {
        var signatures = new TypeScriptSignatures();
        signatures.text.Append("namespace functions {\n\n");
        foreach (var tool in tools)
            signatures.Function(tool);
        return signatures.text.Append("} // namespace functions").ToString();
    }

    private void Function(ToolDefinition tool)
    {
        if (!string.IsNullOrEmpty(tool.Description))
            text.Append("// ").Append(tool.Description).Append('\n');
        text.Append("type ").Append(tool.Name);
        if (HasMembers(tool.Parameters))
        {
            text.Append(" = (_: {\n");
            Members(tool.Parameters, indent: 0);
            text.Append("}) => any;\n\n");
        }
        else
        {
            text.Append(" = () => any;\n\n");
        }
    }

    private static bool HasMembers(JsonElement schema) =>
        schema.Member("properties"u8) is { ValueKind: JsonValueKind.Object } members && members.EnumerateObject().Any();

    /// <summary>One line per member, each with its line break.</summary>
    private void Members(JsonElement schema, int indent)
    {
        if (schema.Member("properties"u8) is not { ValueKind: JsonValueKind.Object } members)
            return;
        var required = schema.Member("required"u8).Elements().Select(e => e.AsText()).ToHashSet();
        foreach (var member in members.EnumerateObject())
        {
            if (indent <= DeepestComment && member.Value.Member("description"u8).AsText() is { Length: > 0 } description)
                text.Append(' ', indent).Append("// ").Append(description).Append('\n');
            text.Append(' ', indent).Append(member.Name).Append(required.Contains(member.Name) ? ": " : "?: ");
            Type(member.Value, indent);
            text.Append(",\n");
        }
    }

    private void Type(JsonElement schema, int indent)
    {
        var type = schema.Member("type"u8);
        if (schema.Member("enum"u8).ValueKind == JsonValueKind.Array)
            Alternatives(schema.Member("enum"u8), value => text.Append(value.GetRawText()));
        else if (type.ValueKind == JsonValueKind.Array)
            Alternatives(type, name => text.Append(Name(name)));
        else if (schema.Member("anyOf"u8).ValueKind == JsonValueKind.Array && indent < DeepestType)
            Alternatives(schema.Member("anyOf"u8), one => Type(one, indent + 1));
        else if (type.Says("array"u8))
            Array(schema.Member("items"u8), indent);
        else if (type.Says("object"u8) && indent < DeepestType)
            Object(schema, indent);
        else
            text.Append(Name(type));
    }

    private void Array(JsonElement items, int indent)
    {
        if (items.ValueKind == JsonValueKind.Object && indent < DeepestType)
            Type(items, indent);
        else
            text.Append("any");
        text.Append("[]");
    }

    private void Object(JsonElement schema, int indent)
    {
        text.Append("{\n");
        Members(schema, indent + Indent);
        if (!HasMembers(schema))
            text.Append('\n');
        text.Append(' ', indent).Append('}');
    }

    private void Alternatives(JsonElement values, Action<JsonElement> write)
    {
        var separator = "";
        foreach (var value in values.EnumerateArray())
        {
            text.Append(separator);
            write(value);
            separator = " | ";
        }
    }

    private static string Name(JsonElement type) =>
        type.AsText() switch
        {
            "string" => "string",
            "integer" or "number" => "number",
            "boolean" => "boolean",
            "null" => "null",
            _ => "any",
        };
}
