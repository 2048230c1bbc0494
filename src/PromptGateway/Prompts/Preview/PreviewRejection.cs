using PromptGateway.Chat;

namespace PromptGateway.Prompts.Preview;

/// <summary>What previews and restorations are refused with.</summary>
internal static class PreviewRejection
{
    public static Rejection WrongMethod(string path) => new(405, "invalid_request_error", "method_not_allowed", $"{path} takes POST only.");

    public static Rejection UnknownFormat(string name) =>
        Rejection.BadRequest(
            "invalid_value",
            $"format '{(name.Length > 32 ? name[..32] + "..." : name)}' is not known; one of {PromptFormats.Names}.",
            "format"
        );

    public static readonly Rejection NoFormat = Rejection.BadRequest(
        "unknown_prompt_format",
        "The payload has neither 'messages' (chat, messages) nor 'input' (responses), or both. Send the body that you would send to the "
            + "endpoint, or name its format: ?format=chat, responses or messages."
    );

    public static Rejection NotOfFormat(string format) =>
        Rejection.BadRequest(
            "invalid_prompt",
            $"The payload cannot be read as a {format} request: chat and messages have a list 'messages', responses have 'input'. Is ?format right?"
        );

    public static readonly Rejection Busy = new(
        429,
        "rate_limit_error",
        "too_many_previews",
        $"{PreviewQueue.MostOfCaller} prompts of yours, or {PreviewQueue.Most} in all, are being looked at already. Try again in a second."
    )
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static readonly Rejection WrongPatch = Rejection.BadRequest(
        "invalid_restore",
        "'restore' does not belong to this 'request': send both as the preview answered them, or the request alone.",
        "restore"
    );
}
