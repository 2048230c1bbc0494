using PromptGateway.Chat;

namespace PromptGateway.Objects;

/// <summary>What an answer that is one JSON document tells about its object.</summary>
/// <param name="Status">OpenAI's <c>status</c>, Anthropic's <c>processing_status</c>.</param>
/// <param name="OutputFile">File with the answers of a batch, or the file that an upload has become.</param>
/// <param name="Usage">Null: it tells none.</param>
/// <param name="ErrorFile">File with the lines of a batch that failed.</param>
internal readonly record struct ObjectFacts(
    string? Id,
    string? Status,
    string? Model,
    string? OutputFile,
    TokenUsage? Usage,
    string? ErrorFile = null
)
{
    public bool IsRunning => Status is "queued" or "in_progress";

    /// <summary>Nothing more will be used.</summary>
    public bool IsOver => Status is "completed" or "incomplete" or "failed" or "cancelled" or "expired" or "ended";
}
