using PromptGateway.Chat;

namespace PromptGateway.Experiments.Feedback;

/// <summary>What feedback is refused with.</summary>
internal static class FeedbackRejection
{
    public static readonly Rejection WrongMethod = new(405, "invalid_request_error", "method_not_allowed", "/v1/feedback takes POST only.");

    public static readonly Rejection NoId = Rejection.BadRequest(
        "missing_required_parameter",
        "Say which answer is meant by one of 'id', 'request_id' or 'response_id': the x-request-id header that the gateway gave, the "
            + "X-PromptGateway-Optimization-Id header, or the id in the answer's body.",
        "id"
    );

    public static readonly Rejection NoScore = Rejection.BadRequest(
        "missing_required_parameter",
        "Give either 'score', a number from -1 (useless) to 1 (perfect), or 'thumbs', \"up\" or \"down\".",
        "score"
    );

    public static Rejection Invalid(string name, string message) => Rejection.BadRequest("invalid_value", $"'{name}' {message}", name);

    public static readonly Rejection TooMany = new(
        429,
        "requests",
        "rate_limit_exceeded",
        $"This key has given feedback {FeedbackLimit.PerMinute} times within a minute, which is the most. Try again later."
    )
    {
        RetryAfter = FeedbackLimit.Window,
    };

    /// <summary>The row of the answer may be among those that wait for the database.</summary>
    public static readonly Rejection Unavailable = new(
        503,
        "server_error",
        "feedback_unavailable",
        "The ledger cannot be read or written at the moment, so the feedback is not stored. Try again shortly."
    )
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    /// <summary>The same for an answer that another key got: nobody learns what others asked.</summary>
    public static readonly Rejection Unknown = new(
        404,
        "invalid_request_error",
        "request_not_found",
        "This key has made no request of that id that went to a provider and is still in the ledger. Ids that clients choose themselves are "
            + "not kept; an answer's own id is found for seven days."
    )
    {
        Param = "id",
    };
}
