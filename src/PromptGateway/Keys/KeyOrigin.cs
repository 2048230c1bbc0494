namespace PromptGateway.Keys;

/// <summary>Where a key is declared, and so where it can be changed.</summary>
internal enum KeyOrigin
{
    /// <summary>In the store, by the admin API or the command line.</summary>
    Store,

    /// <summary>In the configuration section <c>Keys</c>.</summary>
    Configuration,

    /// <summary>In the environment variable <c>PROMPTGATEWAY_API_KEY</c>.</summary>
    Environment,
}
