namespace PromptGateway.Admin;

/// <summary>Configuration section <c>Admin</c>.</summary>
internal sealed class AdminOptions
{
    /// <summary>Who may call <c>/admin</c>: <c>Admin:Access</c> = <c>key</c> (default) or <c>loopback</c>.</summary>
    public AdminAccess Access { get; set; } = AdminAccess.Key;

    /// <exception cref="FormatException">The value is none of the two.</exception>
    public static AdminOptions Read(IConfiguration configuration) =>
        configuration["Admin:Access"]?.Trim().ToLowerInvariant() switch
        {
            null or "" or "key" => new AdminOptions(),
            "loopback" => new AdminOptions { Access = AdminAccess.Loopback },
            var other => throw new FormatException($"Admin:Access is '{other}'; it must be 'key' or 'loopback'."),
        };
}
