namespace PromptGateway.Prompts.Asking;

/// <summary>The user's last prompt before and after a model rewrote it; kept while its request lasts, for the caller alone.</summary>
/// <param name="Original">As it came.</param>
/// <param name="Improved">As it is sent; null when the original is.</param>
/// <param name="Changes">In the model's words.</param>
/// <param name="Confidence">From 0 to 1.</param>
/// <param name="Reason">Why the original is sent.</param>
internal sealed record RewrittenPrompt(
    string Original,
    string? Improved,
    IReadOnlyList<string> Changes,
    double? Confidence,
    string? Reason
);
