namespace PromptGateway.Counters;

/// <summary>What a request that was short of a counter learns.</summary>
internal enum RefillOutcome
{
    /// <summary>There is more now: try again.</summary>
    Refilled,

    /// <summary>There is no more, and nobody has anything to give back.</summary>
    Refused,

    /// <summary>The bank does not answer in time: the policy for a failed store decides.</summary>
    Unavailable,
}
