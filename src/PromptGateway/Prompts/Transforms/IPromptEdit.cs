namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// Edits the messages and members of a prompt, not its texts. What it makes of message k depends only on messages up to k, and editing its
/// own result changes nothing. Thread-safe.
/// </summary>
internal interface IPromptEdit : ITransform
{
    /// <summary>Whether it comes before the texts are looked at (it adds or removes messages), or after (it depends on their new sizes).</summary>
    bool BeforeTexts { get; }

    /// <summary>Adds its edits to the draft and gives null, or says in one word why it has none.</summary>
    string? Edit(PromptDraft draft);
}
