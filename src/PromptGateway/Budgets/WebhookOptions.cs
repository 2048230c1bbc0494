using System.Net;

namespace PromptGateway.Budgets;

/// <summary>The section <c>Budgets:Webhook</c>: who is told when a share of a budget is used.</summary>
internal sealed record WebhookOptions
{
    /// <summary>Where alerts are posted to; https, or http on this machine. Absent: nobody is told.</summary>
    public string? Url { get; init; }

    /// <summary>What alerts are signed with; <c>${NAME}</c> is the environment variable or secret file of that name.</summary>
    public string? Secret { get; init; }

    /// <summary>Plain http to other machines.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>Pause before the second attempt; each further one waits twice as long.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Attempts for one alert, from 1 to 20.</summary>
    public int Attempts { get; init; } = 8;

    /// <summary>What is wrong with it; nothing when it is right.</summary>
    public IEnumerable<string> Validate()
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
            yield return "Budgets:Webhook:Url must be an address such as https://example.com/alerts.";
        else if (url.Scheme == "http" && !AllowHttp && !IsLoopback(url))
            yield return "Budgets:Webhook:Url must be https: set Budgets:Webhook:AllowHttp to send alerts unencrypted to another machine.";
        else if (url.UserInfo.Length > 0)
            yield return "Budgets:Webhook:Url must not hold a user name or password; alerts are signed instead.";
        if (Secret is not { Length: >= 16 } && Secret?.StartsWith("${", StringComparison.Ordinal) != true)
            yield return "Budgets:Webhook:Secret must have at least 16 characters, or be ${NAME} of a variable or secret file.";
        if (RetryDelay < TimeSpan.FromMilliseconds(1) || RetryDelay > TimeSpan.FromMinutes(5))
            yield return "Budgets:Webhook:RetryDelay must be from 00:00:00.001 to 00:05:00.";
        if (Attempts is < 1 or > 20)
            yield return "Budgets:Webhook:Attempts must be from 1 to 20.";
    }

    private static bool IsLoopback(Uri url) =>
        url.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
