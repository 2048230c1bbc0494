using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PromptGateway.Tests.Deploy;

/// <summary>YAML as plain objects: maps, lists, strings, longs, doubles, booleans and nulls, typed as Kubernetes types them.</summary>
internal static class YamlFile
{
    /// <summary>All documents of a text; empty ones are left out.</summary>
    public static List<object> All(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => Value(document.RootNode)).OfType<object>()];
    }

    public static Dictionary<string, object?> Map(string text) => (Dictionary<string, object?>)All(text).Single();

    private static object? Value(YamlNode node) =>
        node switch
        {
            YamlMappingNode map => map.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => Value(pair.Value)),
            YamlSequenceNode list => list.Children.Select(Value).ToList(),
            YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain.Value ?? ""),
            YamlScalarNode quoted => quoted.Value,
            _ => throw new InvalidDataException($"{node.Start}: not a plain value"),
        };

    private static object? Plain(string text) =>
        text switch
        {
            "" or "~" or "null" => null,
            "true" => true,
            "false" => false,
            _ when text.Length > 1 && text[0] == '0' && text.All(char.IsAsciiDigit) => Convert.ToInt64(text, 8),
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => text,
        };
}
