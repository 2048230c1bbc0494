namespace PromptGateway.Objects;

/// <summary>Who besides its maker may use an object.</summary>
internal enum ObjectAccess
{
    /// <summary>Nobody.</summary>
    Key,

    /// <summary>Keys of the maker's team.</summary>
    Team,

    /// <summary>Every key that may use the upstream.</summary>
    Shared,
}
