using PromptGateway.Endpoints;
using Yarp.ReverseProxy.Forwarder;

namespace PromptGateway.Forwarding;

/// <summary>All reasons to try again, in one place.</summary>
internal static class RetryRule
{
    /// <summary>Connections that failed before a byte was exchanged are tried once more, elsewhere.</summary>
    private const int MostConnectionRetries = 1;

    public static bool TryAgain(HttpContext context, Attempt attempt, int attemptsMade)
    {
        // Nothing can be taken back once the client has seen a part of it.
        if (context.Response.HasStarted || attempt.StopReason != StopReason.None)
            return false;
        // The upstream only disliked what the gateway itself had added; without it this is the client's own request.
        if (attempt.StreamOptionsRejected)
            return true;
        return attemptsMade <= MostConnectionRetries && FailedToConnect(context);
    }

    /// <summary>True only when the request cannot have reached the upstream: one that may be generating is never called twice.</summary>
    private static bool FailedToConnect(HttpContext context) =>
        context.FindNoun<IForwarderErrorFeature>() switch
        {
            { Error: ForwarderError.NoAvailableDestinations } => true,
            { Error: ForwarderError.Request, Exception: HttpRequestException e } => e.HttpRequestError
                is HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError
                    or HttpRequestError.ProxyTunnelError,
            _ => false,
        };
}
