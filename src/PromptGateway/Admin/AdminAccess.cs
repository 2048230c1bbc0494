namespace PromptGateway.Admin;

/// <summary>What lets a caller use the admin API.</summary>
internal enum AdminAccess
{
    /// <summary>The admin key, from anywhere.</summary>
    Key,

    /// <summary>The admin key, or a direct connection from this machine without any key.</summary>
    Loopback,
}
