namespace PromptGateway.Dashboards;

/// <summary>The dashboards' variables as label matchers, by the names that each kind of metric gives these labels.</summary>
internal static class Filters
{
    /// <summary>Of <c>promptgateway_requests_total</c>, <c>_tokens_total</c>, <c>_cost_usd_total</c> and what is recorded of them.</summary>
    public const string Request = "key=~\"$key\",team=~\"$team\",model=~\"$model\",upstream=~\"$upstream\"";

    /// <summary>Of <c>gen_ai_server_*</c>, which know neither keys nor teams.</summary>
    public const string GenAi = "gen_ai_request_model=~\"$model\",promptgateway_upstream=~\"$upstream\"";

    public const string Upstream = "upstream=~\"$upstream\"";
    public const string Instance = "instance=~\"$instance\"";

    /// <summary>Of money saved: it is known whose it is.</summary>
    public const string Saver = "key=~\"$key\",team=~\"$team\",model=~\"$model\"";
}
