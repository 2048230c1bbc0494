namespace PromptGateway.Routing;

/// <summary>What happens to the upstream when the client leaves before the answer is complete (decision 1).</summary>
internal enum DisconnectPolicy
{
    /// <summary>Stop the upstream within a second; settle with what was counted so far.</summary>
    Cancel,

    /// <summary>Read the answer to its end, deliver nothing, settle with the provider's own numbers.</summary>
    Drain,
}
