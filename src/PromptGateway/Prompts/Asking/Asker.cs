using PromptGateway.Endpoints;
using PromptGateway.Endpoints.Inner;
using PromptGateway.Keys;

namespace PromptGateway.Prompts.Asking;

/// <summary>On whose behalf a model is asked: pays, and is the only one who gets the answer again.</summary>
/// <param name="Entrance">Endpoint of the pipeline.</param>
/// <param name="Caller">Who called.</param>
/// <param name="RequestId">The request that the question is for.</param>
/// <param name="Policy">For metrics.</param>
internal sealed record Asker(Endpoint Entrance, Caller Caller, string RequestId, string Policy)
{
    private int _asked;

    public static Asker Of(HttpContext context, string policy) =>
        new(context.GetEndpoint()!, context.Noun<Caller>(), context.TraceIdentifier, policy)
        {
            Session = ClientSession.Find(context.Request.Headers),
        };

    /// <summary>As the client named it; null: it did not. Questions are paid by it too.</summary>
    public string? Session { get; private init; }

    /// <summary>The key's choice of models is about what it asks for, not about what the operator's policy does for it.</summary>
    public Caller Payer =>
        new()
        {
            Key = Caller.Key,
            Id = Caller.Id,
            Name = Caller.Name,
            PassThroughSecret = Caller.PassThroughSecret,
        };

    /// <summary>Each question has a row of its own on the ledger, whose id says which request it was for.</summary>
    public InnerRequest NextRequest() =>
        new($"{RequestId}.opt{Interlocked.Increment(ref _asked)}", EndpointTable.Optimizer, IsOptimizers: true);
}
