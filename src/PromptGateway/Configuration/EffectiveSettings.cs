using System.Reflection;

namespace PromptGateway.Configuration;

/// <summary>All settings with their origin: what was set, and what is built in for the rest.</summary>
internal static class EffectiveSettings
{
    public const string BuiltIn = "built in";

    public static IReadOnlyList<ShownSetting> Of(LoadedConfiguration loaded)
    {
        var set = loaded.Values.Select(pair => new ShownSetting(
            pair.Key,
            SecretSettings.Shown(pair.Key, pair.Value.Text),
            pair.Value.Origin
        ));
        var rest = KnownSections
            .All.SelectMany(section => Defaults(section.Name, section.Shape))
            .Where(setting => !loaded.Values.ContainsKey(setting.Key));
        return [.. set.Concat(rest).OrderBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Single values of a section that has a type; lists and maps are empty unless they are set.</summary>
    public static IEnumerable<ShownSetting> Defaults(string path, OptionShape shape)
    {
        if (shape.Kind != ShapeKind.Object || shape.Type.GetConstructor(Type.EmptyTypes) is null || shape.Type == typeof(object))
            return [];
        var standard = Activator.CreateInstance(shape.Type)!;
        return shape.Members.SelectMany(member =>
            member.Value.Kind == ShapeKind.Single
                ? [new ShownSetting($"{path}:{member.Key}", Text(standard, member.Key), BuiltIn)]
                : Defaults($"{path}:{member.Key}", member.Value)
        );
    }

    private static string Text(object standard, string name) =>
        ValueText.Write(standard.GetType().GetProperty(name, BindingFlags.Public | BindingFlags.Instance)!.GetValue(standard));
}
