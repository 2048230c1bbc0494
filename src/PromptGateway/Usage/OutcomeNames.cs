namespace PromptGateway.Usage;

/// <summary>Outcomes as ledger and metrics spell them.</summary>
internal static class OutcomeNames
{
    public static string Name(this Outcome outcome) =>
        outcome switch
        {
            Outcome.Ok => "ok",
            Outcome.Refused => "refused",
            Outcome.ClientClosed => "client_closed",
            Outcome.UpstreamError => "upstream_error",
            Outcome.UpstreamUnreachable => "upstream_unreachable",
            Outcome.UpstreamTimeout => "upstream_timeout",
            Outcome.UpstreamCut => "upstream_cut",
            Outcome.BudgetStopped => "budget_stopped",
            Outcome.Shutdown => "shutdown",
            _ => "internal",
        };
}
