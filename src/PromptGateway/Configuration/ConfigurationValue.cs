namespace PromptGateway.Configuration;

/// <summary>One setting and where it was found.</summary>
/// <param name="Text">As it stands there, unresolved.</param>
/// <param name="Origin">For people: a file, an environment variable, an option of the command line.</param>
internal readonly record struct ConfigurationValue(string? Text, string Origin);
