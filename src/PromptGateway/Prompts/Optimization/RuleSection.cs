namespace PromptGateway.Prompts.Optimization;

/// <summary>One entry of <c>Optimization:Rules</c>: what applies to requests that match all of its conditions.</summary>
internal sealed class RuleSection
{
    /// <summary>Id or name of a key; globs.</summary>
    public string? Key { get; set; }

    /// <summary>Name of a team; globs.</summary>
    public string? Team { get; set; }

    /// <summary>Model as asked for or as it goes upstream; globs.</summary>
    public string? Model { get; set; }

    /// <summary>Name of a policy, or <c>off</c>; absent: the rule says only what else it says.</summary>
    public string? Policy { get; set; }

    /// <summary><c>off</c>, <c>shadow</c>, <c>on</c> or <c>experiment</c>; absent: the policy's own mode.</summary>
    public string? Mode { get; set; }

    /// <summary>Whether callers may choose by header; absent: as <c>Optimization:AllowHeader</c> says.</summary>
    public bool? AllowHeader { get; set; }
}
