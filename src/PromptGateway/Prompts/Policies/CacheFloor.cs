using PromptGateway.Prompts.Map;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Policies;

/// <summary>
/// Keeps a prompt long enough for the provider's cache, which takes none below some length: parts stay as they are until the prompt up to
/// and with them, as it goes upstream, has that many tokens. So a prompt that would be cached is cached, and what is decided for a part
/// depends on the parts up to it alone. Tokens are estimated.
/// </summary>
internal struct CacheFloor(int tokens)
{
    /// <summary>Percent: estimates err by some.</summary>
    private const int Margin = 115;

    private TextTokenEstimate _sent;

    /// <summary>Whether parts may become shorter from here on without a thought.</summary>
    public bool IsReached { get; private set; } = tokens <= 0;

    /// <summary>Adds a part that stays as it is.</summary>
    public void Pass(ReadOnlySpan<byte> body, in PromptSegment segment)
    {
        if (IsReached || !segment.IsText)
            return;
        _sent.AddJsonString(body[(segment.Start + 1)..(segment.End - 1)]);
        IsReached = IsEnough(_sent);
    }

    /// <summary>Whether a part may be sent as this text; adds it then.</summary>
    public bool TryAdd(ReadOnlySpan<byte> text)
    {
        if (IsReached)
            return true;
        var sent = _sent;
        sent.Add(text);
        if (!IsEnough(sent))
            return false;
        IsReached = true;
        return true;
    }

    private readonly bool IsEnough(in TextTokenEstimate sent) => (long)sent.Tokens * 100 >= (long)tokens * Margin;
}
