namespace PromptGateway.Prompts.Transforms;

/// <summary>What an entry of a table's header stands for.</summary>
internal enum HeaderRole : byte
{
    /// <summary>A member whose value stands in each row.</summary>
    Cell,

    /// <summary>A string of which only what fills the hole stands in each row.</summary>
    Hole,

    /// <summary>A member with one value for all rows.</summary>
    Constant,

    /// <summary>A member that is an object, whose members follow.</summary>
    Open,

    /// <summary>The end of that object.</summary>
    Close,
}
