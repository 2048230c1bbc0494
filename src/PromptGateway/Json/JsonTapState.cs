namespace PromptGateway.Json;

/// <summary>How far a <see cref="JsonMemberTap"/> has come.</summary>
internal enum JsonTapState
{
    /// <summary>The object has not ended yet; at the end of a body this means that the body was cut.</summary>
    Reading,

    /// <summary>The object ended.</summary>
    Complete,

    /// <summary>The body is not a JSON object; nothing more will be captured.</summary>
    GaveUp,
}
