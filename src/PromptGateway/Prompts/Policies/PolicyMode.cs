namespace PromptGateway.Prompts.Policies;

/// <summary>What becomes of a policy's result.</summary>
internal enum PolicyMode
{
    Off,

    /// <summary>Computed and recorded; the original goes upstream.</summary>
    Shadow,
    On,

    /// <summary>On for all but a share of the conversations.</summary>
    Experiment,
}
