using System.Text.Json.Serialization;
using PromptGateway.Chat;

namespace PromptGateway.Usage;

/// <summary>One row of the ledger: what one request used and cost. Append-only; spend is what these rows sum to.</summary>
internal sealed record UsageRecord
{
    /// <summary>The gateway's request id (<c>x-request-id</c>); unique in the ledger.</summary>
    public required string RequestId { get; init; }

    /// <summary>When the request arrived.</summary>
    public required DateTimeOffset StartedAt { get; init; }
    public required string KeyId { get; init; }
    public string? KeyName { get; init; }
    public string? Team { get; init; }

    /// <summary>YARP cluster id of the upstream that answered last.</summary>
    public string? Upstream { get; init; }

    /// <summary><c>openai</c>, <c>anthropic</c>, ...</summary>
    public string? Provider { get; init; }

    /// <summary><c>gen_ai.operation.name</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The route that was called, without ids and query: <c>/v1/chat/completions</c>.</summary>
    public string? Endpoint { get; init; }

    /// <summary>As the client asked for it.</summary>
    public string? RequestedModel { get; init; }

    /// <summary>As it was sent to the upstream.</summary>
    public string? UpstreamModel { get; init; }

    /// <summary>As the upstream's answer names it.</summary>
    public string? ResponseModel { get; init; }
    public bool Stream { get; init; }

    /// <summary>HTTP status sent to the client.</summary>
    public int Status { get; init; }

    /// <summary><c>ok</c>, <c>client_closed</c>, <c>upstream_error</c>, <c>upstream_timeout</c>, <c>upstream_cut</c>, <c>shutdown</c>, ...</summary>
    public required string Outcome { get; init; }

    /// <summary>Code of the refusal or of the upstream's error, for example <c>model_not_found</c>; null when all went well.</summary>
    public string? ErrorCode { get; init; }
    public TokenUsage Usage { get; init; }
    public UsageSource UsageSource { get; init; }

    /// <summary>Nano-dollars (1e-9 USD); null when the price of the model is not known, which is not zero.</summary>
    public long? CostNanoUsd { get; init; }
    public int Attempts { get; init; }

    /// <summary>Microseconds from arrival to the last byte.</summary>
    public long DurationMicros { get; init; }

    /// <summary>Microseconds from arrival to the first byte of the answer's body; null when there was none.</summary>
    public long? FirstTokenMicros { get; init; }

    /// <summary>Bytes of the request's body as the client sent it.</summary>
    public long RequestBytes { get; init; }

    /// <summary>Bytes of the answer's body as the client got it.</summary>
    public long ResponseBytes { get; init; }

    /// <summary>Name of the optimization policy that was chosen for the request; null when none was.</summary>
    public string? Optimization { get; init; }

    /// <summary>
    /// <c>on</c>; <c>shadow</c>: computed, the original was sent; <c>control</c>: in an experiment, the original was sent; <c>off</c>: the
    /// caller or a rule turned it off. Null: there was nothing to choose a policy for.
    /// </summary>
    public string? OptimizationMode { get; init; }

    /// <summary><c>treatment</c> or <c>control</c> in an experiment, else null.</summary>
    public string? OptimizationArm { get; init; }

    /// <summary><c>applied</c>, <c>unchanged</c>, <c>skipped</c> or <c>failed</c>; null when the policy did not run.</summary>
    public string? OptimizationOutcome { get; init; }

    /// <summary>Why the policy skipped or failed, in one word: <c>too_short</c>, <c>prompt_not_parsed</c>, <c>time_budget</c>, ...</summary>
    public string? OptimizationReason { get; init; }

    /// <summary>Pseudonym of the conversation, 16 hex digits, in an experiment: what arms are drawn for. Else null.</summary>
    public string? Conversation { get; init; }

    /// <summary>Prompt tokens as the client sent them, estimated; null when nothing was changed and so nothing was counted.</summary>
    public long? OptimizationTokensBefore { get; init; }

    /// <summary>Prompt tokens that the optimization really saved, estimated; may be negative. 0 unless the mode is <c>on</c>.</summary>
    public long SavedInputTokens { get; init; }

    /// <summary>
    /// What the saved tokens would have cost at the prices of the target, in nano-dollars, with the share of the prompt that was read
    /// from the provider's cache. Null when the price is not known or nothing was counted.
    /// </summary>
    public long? SavedNanoUsd { get; init; }

    /// <summary>
    /// What models that the optimizer asked for this request have cost, in nano-dollars, as far as that was booked when the request ended.
    /// Each question has a row of its own (<c>prompt_optimization</c>, the id of this row and <c>.opt1</c>, ...), where the same money is
    /// the cost: sums of costs have it once, and this column is not to be added to them.
    /// </summary>
    public long OptimizerCostNanoUsd { get; init; }

    /// <summary>Microseconds that the optimizer took on the request's path.</summary>
    public long OptimizationMicros { get; init; }

    /// <summary>
    /// What each transform did, as JSON: <c>{"transforms":[{"name","tokens_saved","us"}],"kinds":[{"name","before","after"}]}</c>, tokens
    /// estimated, only what was changed; null when nothing was.
    /// </summary>
    public string? OptimizationDetail { get; init; }

    /// <summary>
    /// Policy that was computed beside the request, whose result went nowhere: the chosen one in mode <c>shadow</c>, or one that is tried
    /// on a sample of requests. Null when there was none.
    /// </summary>
    public string? ShadowPolicy { get; init; }

    /// <summary>As <see cref="OptimizationOutcome"/>, or <c>dropped</c> when there was no room for it.</summary>
    public string? ShadowOutcome { get; init; }
    public long? ShadowTokensBefore { get; init; }

    /// <summary>Prompt tokens that the shadow policy would have saved, estimated, from the prompt as the client sent it.</summary>
    public long ShadowSavedTokens { get; init; }
    public long? ShadowSavedNanoUsd { get; init; }
    public long ShadowMicros { get; init; }

    /// <summary>As <see cref="OptimizationDetail"/>.</summary>
    public string? ShadowDetail { get; init; }

    /// <summary>Told when the row is in the ledger; no column.</summary>
    [JsonIgnore]
    public IBookedRow? Booking { get; init; }

    /// <summary>The upstream's own request id, for its support.</summary>
    public string? UpstreamRequestId { get; init; }

    /// <summary>The id that the answer gives itself (<c>chatcmpl-...</c>); feedback may name it.</summary>
    public string? ResponseId { get; init; }

    /// <summary>
    /// Pseudonym of key and session, 32 hex digits, where a budget counts by session; else null. Two keys never share one.
    /// </summary>
    public string? Session { get; init; }

    /// <summary>Calls of tools in the answer; null when nobody looked: outside of experiments, and in streams that broke off.</summary>
    public long? ToolCalls { get; init; }

    /// <summary>Calls whose arguments are no JSON object.</summary>
    public long? InvalidToolCalls { get; init; }

    /// <summary>The request failed before a model read its prompt. One that is answered later (in the background) has no usage yet, but is read.</summary>
    public bool WasNeverRead => UsageSource == UsageSource.None && Outcome != PromptGateway.Usage.Outcome.Ok.Name();
}
