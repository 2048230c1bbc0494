namespace PromptGateway.Chat;

/// <summary>The API that a client speaks, which decides the shape of requests, streams and errors.</summary>
internal enum Dialect
{
    OpenAI,
    Anthropic,
}
