using PromptGateway.Chat;

namespace PromptGateway.Keys;

/// <summary>Why a key was not accepted, in words that help its owner and tell a stranger nothing.</summary>
internal static class KeyRejection
{
    public static readonly Rejection Missing = Refuse(
        "No API key was sent. Send a key of this gateway as 'Authorization: Bearer KEY' (or 'x-api-key: KEY')."
    );

    public static readonly Rejection NotBearer = Refuse(
        "The Authorization header has no key in it. Send a key of this gateway as 'Authorization: Bearer KEY' (or 'x-api-key: KEY')."
    );

    /// <summary>It is the prefix that says so: nothing is told of whether the key is a right one.</summary>
    public static readonly Rejection Admin = Refuse(
        "This is an admin key. It opens /admin on the management address; the API takes API keys, which "
            + "'promptgateway keys create --name app' makes."
    );

    /// <summary>A lost key of the gateway's own is nothing that a provider should see.</summary>
    public static readonly Rejection NotForProviders = Refuse(
        "This gateway is in pass-through mode, where callers send their provider's key; this is a key of a gateway, and it does not know it."
    );

    private static readonly Rejection Unknown = Refuse(
        "The API key is not one of this gateway. Check it, or ask the gateway's administrator for a key."
    );

    private static readonly Rejection Malformed = Refuse(
        "The API key cannot be one of this gateway: it was cut or mistyped, or it is a key of somebody else. Copy it again, whole, or ask the "
            + "gateway's administrator for a key."
    );

    public static Rejection For(KeyStatus status) =>
        status switch
        {
            KeyStatus.Revoked => Refuse("The API key was revoked."),
            KeyStatus.Expired => Refuse("The API key has expired. Ask the gateway's administrator to extend or replace it."),
            KeyStatus.Rotated => Refuse("The API key was replaced by a new one, and its grace period is over."),
            KeyStatus.StoreUnavailable => new Rejection(
                503,
                "server_error",
                "key_store_unavailable",
                "API keys cannot be checked at the moment, because the gateway's key store cannot be reached."
            )
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            },
            KeyStatus.Malformed => Malformed,
            _ => Unknown,
        };

    private static Rejection Refuse(string message) => new(401, "invalid_request_error", "invalid_api_key", message);
}
