namespace PromptGateway.Configuration;

/// <summary>A top-level section of the configuration.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Shape">What may stand in it.</param>
/// <param name="IsLive">True when a change is taken over while the gateway runs; false: at the next start.</param>
/// <param name="Check">What its owner has against the values; only asked when they fit the shape.</param>
internal sealed record KnownSection(string Name, OptionShape Shape, bool IsLive, Action<IConfiguration>? Check = null);
