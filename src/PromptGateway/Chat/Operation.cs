namespace PromptGateway.Chat;

/// <summary>What a <c>/v1</c> path does; <c>gen_ai.operation.name</c> is derived from it.</summary>
internal enum Operation
{
    /// <summary>A path that the gateway does not know in particular (files, batches, stored responses, ...): forwarded, not metered.</summary>
    Other,
    Chat,
    Completion,
    Responses,

    /// <summary>A response that was made before is read, as a document or as the rest of its stream.</summary>
    StoredResponse,
    ResponsesInputTokens,
    Embeddings,
    Moderations,
    ImageGeneration,
    Speech,
    Transcription,
    Translation,
    Messages,
    CountTokens,
    Realtime,
    Models,

    /// <summary>A preview of what an optimization policy makes of a prompt; answered by the gateway itself.</summary>
    OptimizePrompt,

    /// <summary>An optimized prompt decoded again; answered by the gateway itself.</summary>
    RestorePrompt,

    /// <summary>A prompt alone, to be improved and answered; the gateway makes a chat request of it.</summary>
    PromptAnswer,

    /// <summary>What a caller thought of an answer; answered by the gateway itself.</summary>
    Feedback,
}
