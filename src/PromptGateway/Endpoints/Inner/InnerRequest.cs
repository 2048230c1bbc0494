namespace PromptGateway.Endpoints.Inner;

/// <summary>
/// On a request that the gateway makes to itself, in process. Nothing that comes over a connection can carry it: nouns are no headers.
/// </summary>
/// <param name="RequestId">Its id on the ledger.</param>
/// <param name="Endpoint">What it counts as; null: what its path says.</param>
/// <param name="IsOptimizers">
/// True when the optimizer asks a model: it is not optimized itself and counts in no rate limit, whose requests are those of clients.
/// Budgets and ledger book it as any other.
/// </param>
internal sealed record InnerRequest(string RequestId, GatewayEndpoint? Endpoint = null, bool IsOptimizers = false);
