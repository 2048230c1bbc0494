using System.Text.Json;
using PromptGateway.Chat;

namespace PromptGateway.Simulator;

/// <summary>Reads members of a request body. Absent and null are the same; a member of the wrong type is refused.</summary>
internal static class JsonFields
{
    public static JsonElement Member(this JsonElement body, string name) =>
        body.ValueKind is JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null
            ? value
            : default;

    /// <summary>The text of a JSON string; refuses one that is not valid Unicode (a lone surrogate in an escape).</summary>
    public static string AsText(this JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new RefusedException(
                Rejection.BadRequest("invalid_type", "The request holds a value that should be a string of valid Unicode.")
            );
        }
    }

    public static bool Has(this JsonElement body, string name) => body.Member(name).ValueKind is not JsonValueKind.Undefined;

    public static string? Text(this JsonElement body, string name) =>
        body.Member(name) switch
        {
            { ValueKind: JsonValueKind.Undefined } => null,
            { ValueKind: JsonValueKind.String } value => value.AsText(),
            _ => throw RefusedException.Invalid(name, "expected a string"),
        };

    public static string RequiredText(this JsonElement body, string name) =>
        body.Text(name) is { Length: > 0 } text ? text : throw RefusedException.Missing(name);

    public static bool Flag(this JsonElement body, string name) =>
        body.Member(name).ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False or JsonValueKind.Undefined => false,
            _ => throw RefusedException.Invalid(name, "expected a boolean"),
        };

    public static int? Integer(this JsonElement body, string name, int least, int most)
    {
        var value = body.Member(name);
        if (value.ValueKind is JsonValueKind.Undefined)
            return null;
        if (value.ValueKind is not JsonValueKind.Number || !value.TryGetInt64(out var number))
            throw RefusedException.Invalid(name, "expected an integer");
        return number >= least && number <= most
            ? (int)number
            : throw RefusedException.Invalid(name, $"expected a value from {least} to {most}, got {number}");
    }

    /// <summary>The elements of an array member; none if it is absent.</summary>
    public static JsonElement.ArrayEnumerator Items(this JsonElement body, string name) =>
        body.Member(name) switch
        {
            { ValueKind: JsonValueKind.Undefined } => default,
            { ValueKind: JsonValueKind.Array } value => value.EnumerateArray(),
            _ => throw RefusedException.Invalid(name, "expected an array"),
        };

    /// <summary>A member that is one string or an array of strings.</summary>
    public static List<string> Texts(this JsonElement body, string name, int most)
    {
        var value = body.Member(name);
        if (value.ValueKind is JsonValueKind.String)
            return [value.AsText()];
        var texts = new List<string>();
        foreach (var item in body.Items(name))
            texts.Add(item.ValueKind is JsonValueKind.String ? item.AsText() : throw RefusedException.Invalid(name, "expected strings"));
        return texts.Count <= most ? texts : throw RefusedException.Invalid(name, $"expected at most {most} strings");
    }
}
