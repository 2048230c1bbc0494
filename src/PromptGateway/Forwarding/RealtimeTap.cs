using PromptGateway.Chat;
using PromptGateway.Providers.OpenAI;
using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.Forwarding;

/// <summary>Reads along with what the upstream sends on a realtime WebSocket, and sums up the tokens of its responses.</summary>
/// <param name="catalog">Has the prices of models that only the session names.</param>
/// <param name="reported">Called when the sum has grown, before the message that says so goes to the client.</param>
/// <param name="call">The call that the session has joined; null: none.</param>
internal sealed class RealtimeTap(UpstreamCatalog catalog, Action reported, CallReports? call = null) : IDisposable
{
    /// <summary>Bytes. The messages that report usage hold text at most: audio comes in messages of its own.</summary>
    private const int LongestMessage = 4 << 20;
    private readonly ServerFrames _frames = new(LongestMessage);
    private readonly RealtimeFacts _facts = new(call);

    /// <summary>The upstream has agreed to the WebSocket.</summary>
    public bool Opened { get; set; }

    /// <summary>The upstream ended the session in an orderly way.</summary>
    public bool Closed => _frames.Closed;

    /// <summary>Some of what passed could not be read.</summary>
    public bool GaveUp => _frames.GaveUp || _frames.Skipped;

    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (_frames.TryRead(ref bytes, out var message))
            if (RealtimeMessages.Read(message, _facts))
                reported();
    }

    /// <summary>One row for the whole session: the sum of its responses, and of what was transcribed, each at the price of its model.</summary>
    public void Settle(UsageTally tally)
    {
        tally.ResponseModel = _facts.Model ?? _facts.TranscriptionModel;
        if (tally is { Target: { Model: null } target, ResponseModel: { } model })
            Name(tally, target.Upstream, model);
        if (_facts.Reports == 0)
            return;
        tally.Usage = _facts.Responses;
        tally.Source = UsageSource.Provider;
        if (_facts.Transcribed.Count > 0 && tally.Target is { } of)
            AddTranscribed(tally, of.Upstream);
    }

    /// <summary>The session had no model until now.</summary>
    private void Name(UsageTally tally, Upstream upstream, string model)
    {
        tally.RequestedModel = model;
        tally.Target = new Target(upstream, model, catalog.Current.PriceOf(upstream, model));
    }

    private void AddTranscribed(UsageTally tally, Upstream upstream)
    {
        var usage = default(TokenUsage);
        long? cost = 0;
        foreach (var part in _facts.Transcribed)
        {
            var price = part.Model is null ? null : catalog.Current.PriceOf(upstream, part.Model);
            usage += part.Usage;
            cost += (price ?? tally.FallbackPrice)?.CostNanoUsd(part.Usage);
        }
        tally.Usage += usage;
        tally.Side = new SideUsage(usage, cost);
    }

    public void Dispose() => _frames.Dispose();
}
