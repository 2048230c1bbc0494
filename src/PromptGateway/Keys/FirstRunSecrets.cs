namespace PromptGateway.Keys;

/// <summary>What a first start generated, to be shown once; null: nothing to show, it existed or was declared.</summary>
internal sealed record FirstRunSecrets(string? AdminKey, string? ApiKey)
{
    /// <summary>Without the secrets, so that they cannot get into a log by accident.</summary>
    public override string ToString() => $"FirstRunSecrets (admin key: {AdminKey is not null}, API key: {ApiKey is not null})";
}
