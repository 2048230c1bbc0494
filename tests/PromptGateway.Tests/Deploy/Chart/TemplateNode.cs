namespace PromptGateway.Tests.Deploy.Chart;

/// <summary>A piece of a template.</summary>
/// <param name="Kind"><c>text</c>, <c>output</c>, <c>if</c>, <c>with</c> or <c>range</c>.</param>
/// <param name="Text">The text itself, or the expression.</param>
/// <param name="Yes">What follows when the expression holds, or for each item.</param>
/// <param name="No">What follows otherwise.</param>
internal sealed record TemplateNode(string Kind, string Text, List<TemplateNode> Yes, List<TemplateNode> No);
