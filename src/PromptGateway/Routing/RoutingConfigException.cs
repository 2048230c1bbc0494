namespace PromptGateway.Routing;

/// <summary>The routing configuration cannot be used; the message lists every mistake.</summary>
internal sealed class RoutingConfigException(IReadOnlyList<string> errors)
    : Exception("The upstream configuration is wrong:" + string.Concat(errors.Select(e => Environment.NewLine + "  - " + e)))
{
    public IReadOnlyList<string> Errors => errors;
}
