namespace PromptGateway.Cli;

/// <summary>What the exit codes mean, for <c>--help</c> and for the reference.</summary>
internal static class ExitCodes
{
    public static readonly IReadOnlyList<(int Code, string Meaning)> All =
    [
        (0, "It is done, or all is well."),
        (1, "It is not done, or something is wrong; standard error says what. Also: arguments that are not understood."),
        (2, "It could only be done in part (`optimize`, `replay`), or there was no gateway to ask (`ledger verify`, `budgets`)."),
    ];
}
