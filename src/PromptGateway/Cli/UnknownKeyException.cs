namespace PromptGateway.Cli;

/// <summary>The id on the command line is not that of a stored key.</summary>
internal sealed class UnknownKeyException(string id)
    : Exception($"There is no key with the id '{id}'; 'promptgateway keys list' shows them.");
