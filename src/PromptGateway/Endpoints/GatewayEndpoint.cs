using PromptGateway.Chat;

namespace PromptGateway.Endpoints;

/// <summary>What the gateway knows about one <c>/v1</c> path. One shared instance per path; left on each request as a feature.</summary>
internal sealed class GatewayEndpoint(Operation operation, string operationName, BodyKind body, Dialect dialect = Dialect.OpenAI)
{
    public Operation Operation { get; } = operation;

    /// <summary><c>gen_ai.operation.name</c> as Envoy AI Gateway exports it.</summary>
    public string OperationName { get; } = operationName;
    public BodyKind Body { get; } = body;

    /// <summary>Decides the shape of the gateway's own errors.</summary>
    public Dialect Dialect { get; } = dialect;

    /// <summary>True when a request without <c>model</c> is a mistake of the client, not a default of the provider.</summary>
    public bool ModelRequired { get; init; }

    /// <summary>
    /// True when a key that is restricted to some models may use the path although no model can be read from it. Paths that can
    /// start generation with a model hidden elsewhere (batches, assistants, fine-tuning) are not open to such keys.
    /// </summary>
    public bool OpenToRestrictedKeys { get; init; }

    /// <summary>
    /// True when nothing is generated: usage that an answer names (a stored response, a batch) was charged when it was made.
    /// </summary>
    public bool OnlyStores { get; init; }

    /// <summary>
    /// True when the answer is a credential of the provider itself, with which a client could go around the gateway and its meter.
    /// Only callers who bring the provider's key themselves may have one.
    /// </summary>
    public bool HandsOutCredentials { get; init; }
}
