namespace PromptGateway.Metrics;

/// <summary>What is left of one limit.</summary>
/// <param name="Scope">Whose it is: <c>key</c>, <c>team</c>, <c>model</c>, <c>upstream</c>, <c>gateway</c>.</param>
/// <param name="Kind"><c>requests</c>, <c>tokens</c>, <c>concurrent</c>.</param>
/// <param name="Share">0 to 1.</param>
internal readonly record struct LimitHeadroom(string Scope, string Kind, double Share);
