using PromptGateway.Chat;

namespace PromptGateway.Objects;

/// <summary>Why an object is not handed out.</summary>
internal static class ObjectRejection
{
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
