using PromptGateway.Chat;

namespace PromptGateway.Objects;

/// <summary>What one model has used of a whole.</summary>
/// <param name="Model">As the upstream names it; null: not known.</param>
internal readonly record struct ModelUsage(string? Model, TokenUsage Usage);
