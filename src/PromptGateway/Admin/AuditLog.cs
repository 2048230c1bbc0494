using PromptGateway.Keys;

namespace PromptGateway.Admin;

/// <summary>One line for each change, in the category <c>PromptGateway.Audit</c>: what, which key, from where; never a secret.</summary>
internal sealed class AuditLog(ILoggerFactory loggers)
{
    public const string Category = "PromptGateway.Audit";
    private readonly ILogger _log = loggers.CreateLogger(Category);

    public void Changed(HttpContext context, string action, ApiKey key, string details = "") =>
        Changed(context, action, key.Id, key.Name, details);

    public void Changed(HttpContext context, string action, string keyId, string keyName, string details = "") =>
        _log.LogInformation(
            "Key {Action}: {KeyId} {KeyName} by {Actor} from {RemoteAddress} {Details}",
            action,
            keyId,
            keyName,
            "admin API",
            context.Connection.RemoteIpAddress?.ToString() ?? "unknown",
            details
        );

    /// <param name="kind"><c>limit</c>, <c>budget</c> or <c>raise</c>.</param>
    public void RuleChanged(HttpContext context, string action, string kind, string id, string details) =>
        _log.LogInformation(
            "{Kind} {Action}: {Id} by {Actor} from {RemoteAddress} {Details}",
            kind,
            action,
            id,
            "admin API",
            context.Connection.RemoteIpAddress?.ToString() ?? "unknown",
            details
        );
}
