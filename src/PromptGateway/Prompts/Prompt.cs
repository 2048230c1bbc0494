using System.Text.Json;
using PromptGateway.Json;
using PromptGateway.Prompts.Policies;

namespace PromptGateway.Prompts;

/// <summary>
/// A JSON request as the client sent it: its bytes, and where the few things are that the gateway needs. Left on the request by
/// <c>ReadPromptStage</c>; valid until the response is complete.
/// </summary>
internal sealed class Prompt
{
    public required PooledBody Body { get; init; }

    /// <summary>Edits of the optimizer over <see cref="Body"/>; null when it goes upstream as it came.</summary>
    public OptimizedPrompt? Optimized { get; set; }

    /// <summary>Bytes that go upstream, the edits of the target aside.</summary>
    public int SentLength => Optimized?.Body.Length ?? Body.Length;

    /// <summary>What goes upstream, the edits of the target aside; an optimized body is put together at the first call.</summary>
    public ReadOnlyMemory<byte> Sent => Optimized?.Bytes ?? Body.Memory;

    /// <summary>Offset of the closing brace, where a member can be added.</summary>
    public int ObjectStart { get; init; }
    public int ObjectClose { get; init; }

    /// <summary>The <c>model</c> member; its kind is undefined when there is none.</summary>
    public JsonMember Model { get; init; }

    public bool Stream { get; init; }

    public JsonMember StreamOptions { get; init; }

    /// <summary>The <c>include_usage</c> member inside <see cref="StreamOptions"/>.</summary>
    public JsonMember IncludeUsage { get; init; }

    /// <summary>True when <see cref="StreamOptions"/> is an object without members.</summary>
    public bool StreamOptionsEmpty { get; init; }

    /// <summary>What the client itself asked for.</summary>
    public bool WantsUsage => IncludeUsage.Kind == JsonValueKind.True;

    /// <summary>Time that reading the body took, in timestamp ticks: mostly waiting for the client.</summary>
    public long ClientWait { get; set; }

    /// <summary>Null when the request names no model.</summary>
    public string? ReadModelName() => JsonValueRead.TryGetString(Body.Span, Model, out var name) ? name : null;

    /// <summary>The client's own cap on output tokens, null if it gave none.</summary>
    public long? MaxOutputTokens { get; init; }

    /// <summary>How many answers are asked for (<c>n</c>).</summary>
    public long Choices { get; init; } = 1;

    /// <summary>It goes on from an earlier response or conversation, whose tokens are part of the prompt and not of the request.</summary>
    public bool GoesOn { get; init; }

    /// <summary>Members that name objects made before, by id or as an object with an <c>id</c>; null: there is none.</summary>
    public JsonMember[]? References { get; init; }

    /// <summary>The id that one of <see cref="References"/> names.</summary>
    public string? ReadReference(in JsonMember reference)
    {
        var json = Body.Span;
        if (reference.Kind == JsonValueKind.String)
            return JsonValueRead.TryGetString(json, reference, out var id) ? id : null;
        var value = reference.RawValue(json);
        return JsonMemberFind.TryFindTopLevel(value, "id"u8, out var member) && JsonValueRead.TryGetString(value, member, out var nested)
            ? nested
            : null;
    }
}
