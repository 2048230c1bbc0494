using PromptGateway.Admin;

namespace PromptGateway.Cli;

/// <summary>Keys for a terminal.</summary>
internal static class KeyPrinter
{
    public static void Secret(TextWriter output, KeyView key, string what)
    {
        output.WriteLine($"{what} {key.Id} ({key.Name}). The secret is shown only now:");
        output.WriteLine();
        output.WriteLine("  " + key.Key);
    }

    public static void List(TextWriter output, IReadOnlyList<KeyView> keys) =>
        TextTable.Write(
            output,
            ["id", "prefix", "name", "team", "status", "models", "created", "expires"],
            [
                .. keys.Select(key =>
                    (string[])
                        [
                            key.Id,
                            key.Prefix,
                            key.Name,
                            key.Team ?? "-",
                            key.Status,
                            key.Models.Count == 0 ? "all" : string.Join(',', key.Models),
                            Day(key.CreatedAt),
                            key.ExpiresAt is { } expiry ? Day(expiry) : "-",
                        ]
                ),
            ]
        );

    public static void Details(TextWriter output, KeyView key)
    {
        string[][] lines =
        [
            ["id", key.Id],
            ["prefix", key.Prefix],
            ["name", key.Name],
            ["team", key.Team ?? "-"],
            ["owner", key.Owner ?? "-"],
            ["status", key.Status],
            ["models", key.Models.Count == 0 ? "all" : string.Join(", ", key.Models)],
            ["policy", key.Policy ?? "-"],
            ["created", IsoTime.Write(key.CreatedAt)],
            ["expires", Time(key.ExpiresAt)],
            ["revoked", Time(key.RevokedAt)],
            ["previous secret until", Time(key.PreviousKeyExpiresAt)],
            .. key.Limits.Select(limit => (string[])["limit", LimitText.Write(limit)]),
            .. key.Budgets.Select(budget => (string[])["budget", BudgetText.Write(budget)]),
            .. key.Metadata.Select(pair => (string[])["metadata", $"{pair.Key}={pair.Value}"]),
        ];
        foreach (var line in lines)
            output.WriteLine($"{line[0], -22}{line[1]}");
    }

    private static string Time(DateTimeOffset? time) => time is { } known ? IsoTime.Write(known) : "-";

    private static string Day(DateTimeOffset time) => IsoTime.Write(time)[..10];
}
