using PromptGateway.Chat;
using PromptGateway.Endpoints;
using Yarp.ReverseProxy.Forwarder;

namespace PromptGateway.Forwarding;

/// <summary>What the client is told when the upstream gave no answer.</summary>
internal static class FailureRejection
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>Null when there is an answer.</summary>
    public static Rejection? For(HttpContext context, Attempt attempt)
    {
        var upstream = attempt.Target.Upstream.Id;
        if (attempt.CredentialsRefused)
            return new(
                502,
                "server_error",
                "upstream_authentication_failed",
                $"The upstream '{upstream}' refused the gateway's own credentials. Its administrator has to renew them."
            )
            {
                ShouldRetry = false,
            };
        if (attempt.SentElsewhere is { } place)
            return new(
                502,
                "server_error",
                "upstream_redirect",
                $"The upstream '{upstream}' sends the request on to {place}. Its address in the gateway's configuration has to be corrected."
            )
            {
                ShouldRetry = false,
            };
        if (attempt.StopReason != StopReason.None)
            return StreamRejection.For(attempt) with { RetryAfter = attempt.StopReason == StopReason.Shutdown ? Soon : null };
        if (attempt.UpstreamStatus != 0 && context.FindNoun<IForwarderErrorFeature>() is null)
            return null;
        return context.FindNoun<IForwarderErrorFeature>()?.Error switch
        {
            ForwarderError.RequestTimedOut => new(
                504,
                "server_error",
                "upstream_timeout",
                $"The upstream '{upstream}' did not answer in time."
            ),
            ForwarderError.NoAvailableDestinations => new(
                503,
                "server_error",
                "upstream_unavailable",
                $"No destination of the upstream '{upstream}' is available."
            )
            {
                RetryAfter = Soon,
            },
            ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled => Rejection.BadRequest(
                "invalid_body",
                "The request body ended before it was complete."
            ),
            ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseDestination => new(
                502,
                "server_error",
                "upstream_error",
                $"The WebSocket to the upstream '{upstream}' failed."
            ),
            _ => new(502, "server_error", "upstream_unreachable", $"The connection to the upstream '{upstream}' failed before it answered.")
            {
                RetryAfter = Soon,
            },
        };
    }
}
