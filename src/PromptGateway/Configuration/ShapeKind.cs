namespace PromptGateway.Configuration;

/// <summary>Kinds of <see cref="OptionShape"/>.</summary>
internal enum ShapeKind
{
    /// <summary>Text, number, duration, choice.</summary>
    Single,

    /// <summary>Named members, and no others.</summary>
    Object,

    /// <summary>Entries by number.</summary>
    List,

    /// <summary>Entries by any name.</summary>
    Map,

    /// <summary>Anything.</summary>
    Free,
}
