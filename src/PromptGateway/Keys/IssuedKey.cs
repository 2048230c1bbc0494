namespace PromptGateway.Keys;

/// <summary>A key with its new secret: the only moment at which the secret exists outside the hands of its owner.</summary>
internal sealed record IssuedKey(ApiKey Key, string Secret)
{
    /// <summary>Without the secret, so that it cannot get into a log by accident.</summary>
    public override string ToString() => $"IssuedKey {Key.Id}";
}
