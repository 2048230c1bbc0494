namespace PromptGateway.Objects;

/// <summary>The answer to who charges an object.</summary>
/// <param name="At">When it was claimed first; the row of the ledger has this time, whoever writes it.</param>
/// <param name="IsFirst">False: somebody has claimed it before, and either has written the row or has crashed before.</param>
internal readonly record struct ChargeClaim(DateTimeOffset At, bool IsFirst);
