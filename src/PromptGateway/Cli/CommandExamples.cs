using System.CommandLine;

namespace PromptGateway.Cli;

/// <summary>Command lines that work as they stand, by the path of their command; shown by <c>--help</c> and in the reference.</summary>
internal static class CommandExamples
{
    private static readonly Dictionary<string, string[]> ByCommand = new()
    {
        [""] =
        [
            "promptgateway",
            "OPENAI_API_KEY=sk-... promptgateway --urls http://127.0.0.1:8080",
            "promptgateway config check --config /etc/promptgateway",
            "promptgateway keys create --name app",
        ],
        ["serve"] =
        [
            "promptgateway serve",
            "promptgateway serve --config /etc/promptgateway --data /var/lib/promptgateway",
            "promptgateway serve --pass-through --set Forwarding:DrainTimeout=00:02:00",
        ],
        ["keys create"] =
        [
            "promptgateway keys create --name app --team search --models 'gpt-4o*' --expires 90d",
            "promptgateway keys create --name batch --limit '3500 requests/minute' --budget '10 usd/month strict' --json",
        ],
        ["keys list"] = ["promptgateway keys list", "promptgateway keys list --team search --json"],
        ["keys show"] = ["promptgateway keys show key_1"],
        ["keys update"] = ["promptgateway keys update key_1 --limit '5000 requests/minute' --clear team"],
        ["keys rotate"] = ["promptgateway keys rotate key_1 --grace 12h"],
        ["keys revoke"] = ["promptgateway keys revoke key_1"],
        ["keys delete"] = ["promptgateway keys delete key_1"],
        ["usage"] =
        [
            "promptgateway usage",
            "promptgateway usage --group-by team --from 2027-01-01 --to 2027-02-01",
            "promptgateway usage --group-by day --model gpt-4o --json",
        ],
        ["ledger verify"] =
        [
            "PROMPTGATEWAY_ADMIN_KEY=... promptgateway ledger verify",
            "promptgateway ledger verify --management-url http://127.0.0.1:8081 --json",
        ],
        ["budgets list"] = ["PROMPTGATEWAY_ADMIN_KEY=... promptgateway budgets list", "promptgateway budgets list --json"],
        ["budgets raise"] = ["promptgateway budgets raise budget_1 --usd 50 --until 2027-02-01T00:00:00Z"],
        ["budgets withdraw"] = ["promptgateway budgets withdraw raise_1"],
        ["optimize"] =
        [
            "promptgateway optimize request.json --policy lossless",
            "promptgateway optimize requests.jsonl --policy lossless --write smaller.jsonl --json",
        ],
        ["replay"] =
        [
            "promptgateway replay conversations.jsonl --target http://127.0.0.1:8080/v1 --model gpt-4o-mini",
            "promptgateway replay conversations.jsonl --target http://127.0.0.1:8080/v1 -m gpt-4o -m gpt-4o-mini --policy lossless --grade exact --json",
        ],
        ["config check"] = ["promptgateway config check", "promptgateway config check --config deploy/yarp.json --json"],
        ["config show"] =
        [
            "promptgateway config show",
            "promptgateway config show Forwarding --json",
            "promptgateway config show --set-only --config /etc/promptgateway",
        ],
        ["health"] = ["promptgateway health", "promptgateway health --url http://127.0.0.1:8080 --timeout 1"],
    };

    public static IReadOnlyList<string> Of(Command command) => ByCommand.GetValueOrDefault(PathOf(command)) ?? [];

    /// <summary>The words after the program's name.</summary>
    public static string PathOf(Command command) =>
        command is RootCommand || command.Parents.OfType<Command>().FirstOrDefault() is not { } parent
            ? ""
            : $"{PathOf(parent)} {command.Name}".Trim();
}
