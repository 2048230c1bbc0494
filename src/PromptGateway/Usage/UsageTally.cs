using PromptGateway.Chat;
using PromptGateway.Routing;

namespace PromptGateway.Usage;

/// <summary>
/// What a request has used so far, put on it by <c>MeasureStage</c> and filled in on the way; when the request is over it becomes
/// one ledger row. Times are <see cref="TimeProvider.GetTimestamp"/> values.
/// </summary>
internal sealed class UsageTally
{
    public long StartedAt { get; init; }

    /// <summary>The same moment by the clock: the ledger and the periods of budgets go by it.</summary>
    public DateTimeOffset ArrivedAt { get; init; }

    /// <summary>When the request left for the upstream; 0 until then. The last attempt counts.</summary>
    public long SentAt { get; set; }

    /// <summary>Time spent waiting for the client's body, in timestamp ticks: not the gateway's own.</summary>
    public long ClientWait { get; set; }

    /// <summary>When the first byte of the answer's body came; 0 if none did.</summary>
    public long FirstByteAt { get; set; }

    /// <summary>As the client asked for it; null when the path has no model or it is not served.</summary>
    public string? RequestedModel { get; set; }
    public Target? Target { get; set; }
    public int Attempts { get; set; }
    public bool Stream { get; set; }

    /// <summary>Bytes of the request's body, decompressed; of a body that streams through, what it announced.</summary>
    public long RequestBytes { get; set; }

    /// <summary>Bytes of the answer's body that were read along with.</summary>
    public long ResponseBytes { get; set; }

    /// <summary>Bytes of generated text in a streamed answer; 0: not known.</summary>
    public long OutputTextBytes { get; set; }

    public string? ResponseModel { get; set; }

    /// <summary>The id that the answer gives itself.</summary>
    public string? ResponseId { get; set; }
    public string? UpstreamRequestId { get; set; }

    /// <summary>Pseudonym of the session, where a budget counts by it; else null.</summary>
    public string? Session { get; set; }

    /// <summary>Calls of tools in the answer, and those of them whose arguments are no JSON object; null: nobody looked.</summary>
    public int? ToolCalls { get; set; }
    public int? InvalidToolCalls { get; set; }
    public TokenUsage Usage { get; set; }
    public UsageSource Source { get; set; }

    /// <summary>What the request has caused is told, and booked, when its result is read: in a row of its own.</summary>
    public bool IsChargedLater { get; set; }

    /// <summary>Usage that the answer names and that is not this request's: of a stored response; null: it names none.</summary>
    public TokenUsage? Reported { get; set; }

    /// <summary>What another model than the target's has done of it; null: nothing.</summary>
    public SideUsage? Side { get; set; }

    /// <summary>Of a model without a known price, if the operator has set one for budgets.</summary>
    public ModelPrice? FallbackPrice { get; set; }

    /// <summary>It cost something, and the upstream has not said how much of what.</summary>
    public bool CostIsUnknown { get; set; }

    /// <summary>What ledger and budgets book; null when it is unknown.</summary>
    public long? CostNanoUsd =>
        CostIsUnknown ? (Source == UsageSource.None ? null : FallbackPrice?.CostNanoUsd(Usage))
        : Source == UsageSource.None ? 0
        : Side is null ? Price?.CostNanoUsd(Usage)
        : Side.CostWith(Usage, Price);

    /// <summary>What the request is booked at; null when it is unknown.</summary>
    public ModelPrice? Price => Target?.Price ?? FallbackPrice;

    /// <summary>Told when the request's row is in the ledger.</summary>
    public IBookedRow? Booking { get; set; }

    private RequestHold? _held;

    /// <summary>Has it given back when the request is over; the last one first.</summary>
    public void Hold(RequestHold hold)
    {
        hold.Before = _held;
        _held = hold;
    }

    /// <summary>Takes off what is to be given back next; null: nothing is left.</summary>
    public RequestHold? NextHeld()
    {
        var next = _held;
        _held = next?.Before;
        return next;
    }

    /// <summary>Null: decided by the status and by whether the client is still there.</summary>
    public Outcome? Outcome { get; set; }
}
