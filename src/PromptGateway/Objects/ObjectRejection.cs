using PromptGateway.Chat;

namespace PromptGateway.Objects;

/// <summary>Why an object is not handed out.</summary>
internal static class ObjectRejection
{
    /// <summary>As if there were none: whether there is one is nobody else's business.</summary>
    public static Rejection NotFound(string kind, string id) =>
        new(
            404,
            "invalid_request_error",
            "object_not_found",
            $"There is no '{(id.Length <= LongestShown ? id : id[..LongestShown] + "...")}' in {kind} that this key may use. Objects are for the key "
                + "that made them, and for others as the operator says (Objects:Access)."
        );

    public static readonly Rejection AmbiguousPath = Rejection.BadRequest(
        "ambiguous_path",
        "The path can be read in more than one way. Write it without '.' and '..' between slashes, without backslashes, and with nothing encoded twice."
    );

    private const int LongestShown = 80;

    public static readonly Rejection Unavailable = new(
        503,
        "server_error",
        "object_store_unavailable",
        "Whose object this is cannot be looked up at present. Try again in a moment."
    )
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };
}
