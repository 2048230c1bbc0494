namespace PromptGateway.Configuration;

/// <summary>One effective setting, as <c>promptgateway config show</c> prints it.</summary>
/// <param name="Key">Its path: <c>Forwarding:DrainTimeout</c>.</param>
/// <param name="Value">Masked when it is a secret.</param>
/// <param name="Origin">A file, a variable, an option, or <c>built in</c>.</param>
internal sealed record ShownSetting(string Key, string Value, string Origin);
