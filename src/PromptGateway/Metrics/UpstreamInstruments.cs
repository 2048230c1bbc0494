using System.Diagnostics.Metrics;
using System.Globalization;

namespace PromptGateway.Metrics;

using Tag = KeyValuePair<string, object?>;

/// <summary>
/// What happens with upstreams, attempt by attempt. The series of an upstream that the configuration names begin at zero, before
/// anything has happened: only then does a query see its first failure as an increase.
/// </summary>
internal sealed class UpstreamInstruments
{
    /// <summary>How attempts end that were not the gateway's own doing, and with which status.</summary>
    private static readonly (string Outcome, int Status)[] Endings =
    [
        ("ok", 200),
        ("upstream_error", 400),
        ("upstream_error", 500),
        ("upstream_unreachable", 0),
        ("upstream_timeout", 0),
        ("upstream_cut", 200),
        ("client_closed", 200),
    ];

    /// <summary>Too many requests, unavailable, and Anthropic's overloaded.</summary>
    private static readonly int[] ThrottlingStatuses = [429, 503, 529];

    private readonly BoundedLabels _upstreams;
    private readonly BoundedLabels _words = new(50);
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _failovers;
    private readonly Counter<long> _throttled;
    private readonly Counter<long> _usageMissing;

    public UpstreamInstruments(Meter meter, BoundedLabels upstreams)
    {
        _upstreams = upstreams;
        _attempts = meter.CreateCounter<long>(
            "promptgateway.upstream.attempts",
            "{attempt}",
            "Requests sent to upstreams, retries included."
        );
        _retries = meter.CreateCounter<long>(
            "promptgateway.upstream.retries",
            "{attempt}",
            "Attempts that failed and were repeated at the same upstream."
        );
        _failovers = meter.CreateCounter<long>(
            "promptgateway.upstream.failovers",
            "{attempt}",
            "Attempts that failed and were handed to the next upstream, by the one that failed."
        );
        _throttled = meter.CreateCounter<long>(
            "promptgateway.upstream.throttled",
            "{attempt}",
            "Attempts that the upstream answered with 429, 503 or 529."
        );
        _usageMissing = meter.CreateCounter<long>(
            "promptgateway.usage.missing",
            "{request}",
            "Answers without the usage that was due; it was estimated."
        );
    }

    /// <param name="status">Of the upstream's answer; 0 when there was none.</param>
    public void AttemptFinished(string upstream, string outcome, int status)
    {
        Count(1, upstream, outcome, status);
        if (Array.IndexOf(ThrottlingStatuses, status) >= 0)
            _throttled.Add(1, Upstream(upstream), Status(status));
    }

    /// <param name="upstream">Where the attempt failed.</param>
    /// <param name="next">Where it is repeated.</param>
    public void Retried(string upstream, string next) => (upstream == next ? _retries : _failovers).Add(1, Upstream(upstream));

    public void UsageMissing(string upstream) => _usageMissing.Add(1, Upstream(upstream));

    public void StartAtZero(IEnumerable<string> upstreams)
    {
        foreach (var upstream in upstreams)
        {
            foreach (var (outcome, status) in Endings)
                Count(0, upstream, outcome, status);
            foreach (var status in ThrottlingStatuses)
                _throttled.Add(0, Upstream(upstream), Status(status));
            _retries.Add(0, Upstream(upstream));
            _failovers.Add(0, Upstream(upstream));
            _usageMissing.Add(0, Upstream(upstream));
        }
    }

    private void Count(long attempts, string upstream, string outcome, int status) =>
        _attempts.Add(attempts, Upstream(upstream), new Tag("outcome", _words.Of(outcome)), new Tag("status", StatusClass.Name(status)));

    private Tag Upstream(string upstream) => new("upstream", _upstreams.Of(upstream));

    private static Tag Status(int status) => new("status", status.ToString(CultureInfo.InvariantCulture));
}
