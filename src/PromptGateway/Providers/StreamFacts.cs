using PromptGateway.Chat;

namespace PromptGateway.Providers;

/// <summary>What has been learned from an answer so far.</summary>
internal struct StreamFacts
{
    /// <summary>Cumulative, the last one wins (decision 3).</summary>
    public TokenUsage Usage;

    /// <summary>True when the upstream reported usage, zeros included (an explicit zero is a fact, field report 7).</summary>
    public bool HasUsage;

    /// <summary>The last event had a <c>usage</c> member, null or not.</summary>
    public bool SawUsage;

    /// <summary>The model that the answer names.</summary>
    public string? Model;

    /// <summary>The id that the answer gives itself.</summary>
    public string? Id;

    /// <summary>The format's own end was seen.</summary>
    public bool Finished;

    /// <summary>The last event was seen: nothing that matters can follow.</summary>
    public bool Ended;

    /// <summary>The upstream reported an error inside the stream.</summary>
    public bool Failed;

    /// <summary>Events seen, which is also the next <c>sequence_number</c> of a Responses stream.</summary>
    public int Events;

    /// <summary>Events that carried generated text or arguments; OpenAI sends about one token in each.</summary>
    public int TextEvents;

    /// <summary>Bytes of generated text, JSON escapes included.</summary>
    public long TextBytes;

    /// <summary>Id of the response, of a Responses stream.</summary>
    public string? ResponseId;
}
