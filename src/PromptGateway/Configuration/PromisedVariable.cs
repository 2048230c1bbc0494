namespace PromptGateway.Configuration;

/// <summary>An environment variable whose name is a promise to scripts and containers.</summary>
/// <param name="Name">As it is exported.</param>
/// <param name="Key">The setting that it stands for; null: it is read by its own name only.</param>
/// <param name="Option">The option of <c>serve</c> that comes before it; null: none.</param>
/// <param name="Meaning">For the reference.</param>
/// <param name="IsSecret">Never shown, and better kept in a file.</param>
internal sealed record PromisedVariable(string Name, string? Key, string? Option, string Meaning, bool IsSecret = false);
