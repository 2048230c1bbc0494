using System.Text;
using PromptGateway.Configuration;

namespace PromptGateway.Tests.Configuration;

/// <summary>Writes <c>docs/reference/configuration.md</c> from the types that settings are bound to.</summary>
internal static class ConfigurationReference
{
    public static string Write()
    {
        var page = new StringBuilder(Introduction);
        page.Append("\n## Variables and options with names of their own\n\n| variable | option | setting | meaning |\n|---|---|---|---|\n");
        foreach (var variable in PromisedVariables.All)
            page.Append(
                $"| `{variable.Name}` | {Code(variable.Option)} | {Code(variable.Key)} | {variable.Meaning}{(variable.IsSecret ? " (secret)" : "")} |\n"
            );
        foreach (var section in KnownSections.All)
            Section(page, section);
        return page.ToString();
    }

    private const string Introduction = """
        # Configuration

        <!-- Written from the option types by the tests; see the end of CONTRIBUTING.md for the command. Do not edit. -->

        Settings come from six places. Later ones win, setting by setting:

        1. what is built in,
        2. `appsettings.json`,
        3. `yarp.json`, which usually has the upstreams, and may have any other section,
        4. secret files: the file that `NAME_FILE` names, else `/run/secrets/NAME`, where `NAME` is a variable of the table below or
           `PROMPTGATEWAY__Section__Key`; a line break at the end does not count,
        5. environment variables: `PROMPTGATEWAY__Section__Key` for `Section:Key`, then the short names of the table below,
        6. the command line: the options of the table below, and `--set Section:Key=value`.

        Both files are looked for in the current directory, or in the directory that `--config` or `PROMPTGATEWAY_CONFIG` names. If that is a
        file, it takes the place of `yarp.json`, must exist, and `appsettings.json` is looked for beside it. Entries of lists are numbered
        from 0 (`Cors:Origins:0`), and lists of several places are merged by number. `${NAME}` in a cluster's metadata or address is the
        environment variable `NAME`, else the secret file of that name.

        `promptgateway config check` names every mistake at once, `promptgateway config show` prints every setting with the place that it
        comes from, secrets masked. An unknown key is a mistake: the gateway does not start with it.

        ## Changes while it runs
        The files, the secret files among them, are looked at every two seconds and compared by content, so that it does not matter how a
        change arrives: an editor, a copy, the link by which Kubernetes swaps a ConfigMap or a Secret. A changed configuration is read and
        judged as a whole. With a mistake in it nothing changes, all mistakes are logged, and the last good configuration keeps serving; a file
        that disappears changes nothing either. Sections marked *live* below are taken over at once, requests and streams that are open end
        as they began; the others are taken over at the next start, which the log says. `promptgateway_config_reloads_total{result}` counts
        both outcomes.

        """;

    private static void Section(StringBuilder page, KnownSection section)
    {
        page.Append($"\n## `{section.Name}` ({(section.IsLive ? "live" : "at start")})\n\n{SectionText.Of(section.Name)}\n");
        var rows = Rows(section.Name, section.Shape, "").ToArray();
        if (rows.Length == 0)
            return;
        page.Append("\n| setting | value | default | meaning |\n|---|---|---|---|\n");
        foreach (var row in rows)
            page.Append($"| `{row.Key}` | {row.Expected} | {Code(row.Default)} | {row.Meaning} |\n");
    }

    private static IEnumerable<(string Key, string Expected, string Default, string Meaning)> Rows(
        string path,
        OptionShape shape,
        string meaning
    )
    {
        switch (shape.Kind)
        {
            case ShapeKind.List:
                return shape.Item!.Kind == ShapeKind.Single
                    ? [($"{path}:0", ValueText.Expected(shape.Item.Type), "", meaning)]
                    : Rows($"{path}:0", shape.Item, "");
            case ShapeKind.Map:
                return shape.Item!.Kind == ShapeKind.Single
                    ? [($"{path}:NAME", ValueText.Expected(shape.Item.Type), "", meaning)]
                    : Rows($"{path}:NAME", shape.Item, "");
            case ShapeKind.Object:
                var defaults = EffectiveSettings.Defaults(path, shape).ToDictionary(setting => setting.Key, setting => setting.Value);
                return shape.Members.SelectMany(member =>
                    member.Value.Kind == ShapeKind.Single
                        ?
                        [
                            (
                                $"{path}:{member.Key}",
                                ValueText.Expected(member.Value.Type),
                                defaults.GetValueOrDefault($"{path}:{member.Key}", ""),
                                SourceSummaries.Of(shape.Type, member.Key)
                            ),
                        ]
                        : Rows($"{path}:{member.Key}", member.Value, SourceSummaries.Of(shape.Type, member.Key))
                );
            default:
                return [];
        }
    }

    private static string Code(string? text) => string.IsNullOrEmpty(text) ? "" : $"`{text}`";
}
