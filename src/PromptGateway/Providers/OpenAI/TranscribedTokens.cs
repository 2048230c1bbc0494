using PromptGateway.Chat;

namespace PromptGateway.Providers.OpenAI;

/// <summary>What one model has used to transcribe the input of a session.</summary>
/// <param name="Model">Null: not known.</param>
internal readonly record struct TranscribedTokens(string? Model, TokenUsage Usage);
