namespace PromptGateway.Keys;

/// <summary>What the gateway knows about a presented secret.</summary>
internal enum KeyStatus
{
    /// <summary>No key has this secret.</summary>
    Unknown,

    /// <summary>It can be no key: too short, too long, or mistyped (the checksum is wrong).</summary>
    Malformed,

    Found,

    Revoked,

    /// <summary>The key's own expiry has passed.</summary>
    Expired,

    /// <summary>The secret was replaced by a rotation and its grace period is over; the key itself lives on with its new secret.</summary>
    Rotated,

    /// <summary>The key store has been out of reach for so long that what is known of it is not trusted any more.</summary>
    StoreUnavailable,
}
