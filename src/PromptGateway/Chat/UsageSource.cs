namespace PromptGateway.Chat;

/// <summary>Where the token counts of a request come from. Measured and estimated numbers are never mixed in a report.</summary>
internal enum UsageSource
{
    /// <summary>Nothing was generated and nothing is owed (refused, or failed before the upstream answered).</summary>
    None,

    /// <summary>The provider's own numbers.</summary>
    Provider,

    /// <summary>The provider gave none (cut stream, client gone, no usage support): counted by the gateway.</summary>
    Estimated,

    /// <summary>The client had gone; the upstream was read to its end for the provider's own numbers.</summary>
    Drained,
}
