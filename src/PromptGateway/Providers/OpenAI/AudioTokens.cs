namespace PromptGateway.Providers.OpenAI;

/// <summary>
/// The <c>audio_tokens</c> of one usage object: of <c>prompt_tokens_details</c> or <c>input_token(s)_details</c>, of the
/// <c>cached_tokens_details</c> within them, and of the output. Cached tokens without such details are text.
/// </summary>
internal struct AudioTokens
{
    public long Input;
    public long Cached;
    public long Output;

    public void Add(ReadOnlySpan<byte> group, ReadOnlySpan<byte> innerGroup, long tokens)
    {
        if (!group.StartsWith("prompt"u8) && !group.StartsWith("input"u8))
            Output = tokens;
        else if (innerGroup.IsEmpty)
            Input = tokens;
        else if (innerGroup.SequenceEqual("cached_tokens_details"u8))
            Cached = tokens;
    }
}
