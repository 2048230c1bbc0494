namespace PromptGateway.Prompts.Optimization;

/// <summary>What was saved in one kind of content; tokens of the parts that were changed, estimated.</summary>
/// <param name="Name">As in <see cref="ContentKinds"/>.</param>
/// <param name="Before">Tokens of what was taken out.</param>
/// <param name="After">Tokens of what was put in its place.</param>
internal readonly record struct KindSaving(string Name, long Before, long After);
