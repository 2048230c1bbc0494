namespace PromptGateway.Keys;

/// <summary>Who may call.</summary>
internal sealed class AuthenticationOptions
{
    /// <summary>
    /// Callers without a key of the gateway may send their own provider key, which goes upstream; its hash is their identity. Meant
    /// for sidecars. Default false.
    /// </summary>
    public bool PassThrough { get; set; }
}
