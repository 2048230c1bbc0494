namespace PromptGateway.Objects;

/// <summary>What happens to objects of which the gateway does not know who made them.</summary>
internal enum UnknownAccess
{
    /// <summary>Every key that may use the upstream may use them.</summary>
    Shared,

    /// <summary>No key may.</summary>
    Refused,
}
