namespace PromptGateway.Chat;

/// <summary>
/// An answer that the gateway itself gives instead of an upstream. Everything in it may be shown to the caller; what is only
/// ours goes to the log. <c>Endpoints/RejectionWriter</c> puts it into the dialect of the client.
/// </summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="Type">OpenAI's <c>error.type</c>, for example <c>invalid_request_error</c>.</param>
/// <param name="Code">OpenAI's <c>error.code</c>, for example <c>model_not_found</c>; also the metric label of the refusal.</param>
/// <param name="Message">What is wrong and what to do about it.</param>
internal sealed record Rejection(int Status, string Type, string Code, string Message)
{
    /// <summary>The request field at fault, if one is.</summary>
    public string? Param { get; init; }

    /// <summary>When the same request may succeed; sent as <c>Retry-After</c> (whole seconds, rounded up) and <c>retry-after-ms</c>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>False tells SDKs that honour <c>x-should-retry</c> not to repeat the request.</summary>
    public bool? ShouldRetry { get; init; }

    public static Rejection BadRequest(string code, string message, string? param = null) =>
        new(400, "invalid_request_error", code, message) { Param = param };
}
