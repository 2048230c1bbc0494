namespace PromptGateway.Tokens;

/// <summary>The shape of a request body whose prompt is to be counted.</summary>
internal enum RequestFormat
{
    /// <summary>POST /v1/chat/completions: <c>messages</c>, <c>tools</c>, <c>functions</c>.</summary>
    ChatCompletions,

    /// <summary>POST /v1/responses: <c>instructions</c>, <c>input</c>, <c>tools</c>.</summary>
    Responses,

    /// <summary>Anthropic's POST /v1/messages: <c>system</c>, <c>messages</c>, <c>tools</c>.</summary>
    Messages,

    /// <summary>POST /v1/embeddings: <c>input</c>, a text, tokens, or an array of either.</summary>
    Embeddings,

    /// <summary>POST /v1/completions: <c>prompt</c>, the same four ways.</summary>
    Completions,
}
