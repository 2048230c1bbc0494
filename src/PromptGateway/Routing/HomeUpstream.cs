namespace PromptGateway.Routing;

/// <summary>
/// The upstream whose account has what a request goes on from (an earlier response, a batch's file): no other can answer it. Left on the
/// request by <c>ObjectReferenceStage</c> when it is known.
/// </summary>
/// <param name="Id">Cluster id; it may be gone from the configuration.</param>
internal sealed record HomeUpstream(string Id);
