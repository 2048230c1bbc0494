namespace PromptGateway.Configuration;

/// <summary>The configuration cannot be used; the message lists every mistake.</summary>
internal sealed class ConfigurationException(IReadOnlyList<string> errors)
    : Exception("The configuration is wrong:" + string.Concat(errors.Select(error => Environment.NewLine + "  - " + error)))
{
    public IReadOnlyList<string> Errors => errors;
}
