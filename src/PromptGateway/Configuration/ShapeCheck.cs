using PromptGateway.Routing;

namespace PromptGateway.Configuration;

/// <summary>
/// Holds settings to the shapes that they are bound to. A key that nobody reads is a mistake: a misspelt limit that does nothing is
/// worse than a gateway that does not start.
/// </summary>
/// <param name="originOf">Path of a setting to the place where it stands.</param>
/// <param name="errors">Gets every mistake.</param>
internal sealed class ShapeCheck(Func<string, string?> originOf, List<string> errors)
{
    public void Run(IConfigurationSection section, OptionShape shape)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Single:
                Single(section, shape.Type);
                break;
            case ShapeKind.Object when IsBranch(section):
                foreach (var child in section.GetChildren())
                    if (shape.Members.TryGetValue(child.Key, out var member))
                        Run(child, member);
                    else
                        Unknown(child.Path, child.Key, shape.Members.Keys);
                break;
            case ShapeKind.List or ShapeKind.Map when IsBranch(section):
                foreach (var child in section.GetChildren())
                    Run(child, shape.Item!);
                break;
        }
    }

    public void Unknown(string path, string name, IEnumerable<string> known)
    {
        var near = known
            .Select(k => (Name: k, Far: EditDistance.Between(k, name)))
            .Where(k => k.Far <= 3 && k.Far * 2 < name.Length)
            .ToArray();
        var hint =
            near.Length > 0 ? $"Did you mean {near.MinBy(k => k.Far).Name}?"
            : known.Any() ? $"Known are {string.Join(", ", known.Order(StringComparer.Ordinal))}."
            : "";
        errors.Add($"{path}{Where(path)}: unknown key. {hint}");
    }

    private void Single(IConfigurationSection section, Type type)
    {
        if (section.GetChildren().Any())
            errors.Add($"{section.Path}{Where(section.Path)}: expected {ValueText.Expected(type)}, found a section.");
        else if (section.Value is { Length: > 0 } text && !ValueText.CanRead(type, text))
            errors.Add($"{section.Path}{Where(section.Path)}: '{Shown(section, text)}' is not {ValueText.Expected(type)}.");
    }

    private bool IsBranch(IConfigurationSection section)
    {
        if (string.IsNullOrEmpty(section.Value) || section.GetChildren().Any())
            return true;
        errors.Add($"{section.Path}{Where(section.Path)}: expected a section, found a single value.");
        return false;
    }

    private static string Shown(IConfigurationSection section, string text) =>
        SecretSettings.IsSecret(section.Path) ? SecretSettings.Mask : text;

    private string Where(string path) => originOf(path) is { } origin ? $" ({origin})" : "";
}
