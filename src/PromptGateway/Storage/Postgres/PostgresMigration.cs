using System.Globalization;
using System.Reflection;

namespace PromptGateway.Storage.Postgres;

/// <summary>
/// A numbered step of the schema, from a file <c>Migrations/NNNN-what-it-does.sql</c> inside the assembly. A step is never edited once
/// released; a new file is the next step.
/// </summary>
internal sealed record PostgresMigration(int Number, string Name, string Sql)
{
    private const string Folder = "Migrations/";

    /// <summary>In order, without gaps.</summary>
    public static IReadOnlyList<PostgresMigration> All { get; } = Load();

    private static PostgresMigration[] Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        PostgresMigration[] steps =
        [
            .. assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => Read(assembly, name)),
        ];
        for (var i = 0; i < steps.Length; i++)
            if (steps[i].Number != i + 1)
                throw new InvalidOperationException(
                    $"The migration {steps[i].Name} must have the number {i + 1:0000}: numbers have no gaps and none is used twice."
                );
        return steps;
    }

    private static PostgresMigration Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var name = resource[Folder.Length..];
        return new PostgresMigration(int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, reader.ReadToEnd());
    }
}
