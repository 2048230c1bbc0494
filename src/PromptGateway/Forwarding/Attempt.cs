using PromptGateway.Providers;
using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.Forwarding;

/// <summary>One try at one target: made by <c>FailoverStage</c>, filled in by the stages and transforms below it.</summary>
internal sealed class Attempt(Target target, IWireFormat format, CancellationTokenSource cancellation)
{
    private int _stopReason;
    private long _passedAt;

    public Target Target => target;
    public IWireFormat Format => format;
    public CancellationToken Cancellation => cancellation.Token;

    /// <summary>When the request left; 0 before.</summary>
    public long SentAt { get; set; }

    /// <summary>When the last of the request left: the same, but for a body that is still streaming through.</summary>
    public long LastSentAt => Math.Max(SentAt, Volatile.Read(ref _passedAt));

    public void NotePassed(long now) => Volatile.Write(ref _passedAt, now);

    /// <summary>The gateway added <c>include_usage</c>, so what it brings is taken out of the answer again.</summary>
    public bool InjectedUsage { get; set; }

    /// <summary>The upstream refused the request and named the <c>stream_options</c> that the gateway added.</summary>
    public bool StreamOptionsRejected { get; set; }

    /// <summary>The same request was refused with the gateway's <c>stream_options</c>, so it goes without them.</summary>
    public bool OmitsStreamOptions { get; init; }

    /// <summary>The upstream refused the gateway's own credentials.</summary>
    public bool CredentialsRefused { get; set; }

    /// <summary>The upstream sent the request elsewhere, to where the gateway's clients must not go; else null.</summary>
    public string? SentElsewhere { get; set; }

    /// <summary>Status of the upstream's answer; 0 when there was none.</summary>
    public int UpstreamStatus { get; set; }

    /// <summary>What reads along with the answer; null until it has headers.</summary>
    public AnswerTap? Tap { get; set; }

    /// <summary>How long the streamed answer may become; null: as long as it likes.</summary>
    public IOutputAllowance? Allowance { get; set; }

    /// <summary>There is an answer, and it is of a kind that is not read along with.</summary>
    public bool PassesUnread { get; set; }

    /// <summary>Tokens of the prompt, once the gateway had to count them itself.</summary>
    public long? PromptTokens { get; set; }

    public StopReason StopReason => (StopReason)Volatile.Read(ref _stopReason);

    /// <summary>Ends the attempt from outside; the first reason counts. Safe to call at any time, from any thread.</summary>
    public void Stop(StopReason reason)
    {
        if (Interlocked.CompareExchange(ref _stopReason, (int)reason, 0) != 0)
            return;
        // Once an answer is under way, only its source is cut: what the gateway still has to say must get through.
        if (Tap is { } tap)
            tap.StopReading();
        else
            Cancel();
    }

    private void Cancel()
    {
        try
        {
            cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The attempt has just ended by itself.
        }
    }
}
