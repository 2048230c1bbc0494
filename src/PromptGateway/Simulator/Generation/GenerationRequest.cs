using System.Text.Json;
using PromptGateway.Simulator.Caching;

namespace PromptGateway.Simulator.Generation;

/// <summary>What any of the text APIs asks for, read from its own wire format.</summary>
internal sealed record GenerationRequest
{
    public required string Model { get; init; }

    /// <summary>The last user text, without a behaviour marker.</summary>
    public string UserText { get; init; } = "";

    /// <summary>The result text if the conversation ends with a tool's result, else null.</summary>
    public string? ToolResult { get; init; }

    public IReadOnlyList<ToolSpec> Tools { get; init; } = [];

    public ToolUse ToolUse { get; init; }

    /// <summary>The tool that must be called, if the request names one.</summary>
    public string? ForcedTool { get; init; }

    /// <summary>Schema that a text answer must fit; undefined if it is free.</summary>
    public JsonElement OutputSchema { get; init; }

    /// <summary>The text answer must be some JSON object.</summary>
    public bool JsonObject { get; init; }

    /// <summary>Most output tokens, reasoning included; null is unlimited.</summary>
    public int? MaxTokens { get; init; }

    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>How many answers (chat's <c>n</c>).</summary>
    public int Choices { get; init; } = 1;

    public bool Stream { get; init; }

    /// <summary>Chat streams only: <c>stream_options.include_usage</c>.</summary>
    public bool IncludeUsage { get; init; }

    public bool Reasons { get; init; }

    /// <summary>Responses: a reasoning summary is wanted. Messages: the thinking is to be shown.</summary>
    public bool ShowReasoning { get; init; }

    /// <summary>Prompt pieces in provider order, for the prompt cache.</summary>
    public IReadOnlyList<PromptSegment> Segments { get; init; } = [];

    /// <summary>
    /// Tokens of the whole prompt. The segments may add up to a little less or more: what frames them belongs to none of them.
    /// </summary>
    public required long PromptTokens { get; init; }

    /// <summary>The caller's <c>prompt_cache_key</c>.</summary>
    public string? CacheKey { get; init; }

    /// <summary>Life of automatic cache entries if the request asks for a longer one.</summary>
    public TimeSpan? CacheTimeToLive { get; init; }

    /// <summary>The same for the same model and prompt, in every process.</summary>
    public ulong Seed => Segments.Aggregate(ContentHash.Of(Model), static (seed, segment) => ContentHash.Combine(seed, segment.Hash));
}
