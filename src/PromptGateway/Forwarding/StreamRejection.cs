using PromptGateway.Chat;

namespace PromptGateway.Forwarding;

/// <summary>What a client is told when its stream cannot be finished.</summary>
internal static class StreamRejection
{
    public static Rejection For(Attempt attempt)
    {
        var upstream = attempt.Target.Upstream.Id;
        return attempt.StopReason switch
        {
            StopReason.FirstByteTimeout or StopReason.IdleTimeout => new(
                504,
                "server_error",
                "upstream_timeout",
                $"The upstream '{upstream}' sent nothing for too long."
            ),
            StopReason.TotalTimeout => new(
                504,
                "server_error",
                "upstream_timeout",
                $"The answer of the upstream '{upstream}' took longer than its total timeout."
            ),
            StopReason.Shutdown => new(503, "server_error", "gateway_shutdown", "The gateway is being stopped; send the request again."),
            _ => new(
                502,
                "server_error",
                "upstream_stream_cut",
                $"The upstream '{upstream}' ended the stream before the answer was complete."
            ),
        };
    }
}
