using PromptGateway.Experiments.Statistics;
using PromptGateway.Usage;

namespace PromptGateway.Experiments.Switches;

/// <summary>
/// Watches one experiment on one route: a policy and the model that is asked for. A conversation is one observation, since its requests are alike
/// and are in one arm: its shares are taken when it has been idle for a while or is long, and what comes after that counts no more.
/// Not thread-safe.
/// </summary>
internal sealed class RouteWatch
{
    /// <summary>Requests after which a conversation has said enough.</summary>
    public const int LongestConversation = 32;

    /// <summary>Silence after which a conversation is taken to be over.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);
    private const int MostOpen = 20_000;
    private const int MostRemembered = 100_000;
    private readonly Dictionary<string, OpenConversation> _open = new(StringComparer.Ordinal);
    private readonly Queue<(string Conversation, DateTimeOffset At)> _seen = new();
    private readonly RecentNames _over = new(MostRemembered);
    private readonly RecentNames _rated = new(MostRemembered);
    private readonly BettingTest _errors;
    private readonly BettingTest _retries;
    private readonly BettingTest _toolCalls;
    private readonly BettingTest _feedback;
    private readonly double _limit;

    public RouteWatch(SwitchOffOptions options)
    {
        _errors = new BettingTest(options.ErrorMargin);
        _retries = new BettingTest(options.RetryMargin);
        _toolCalls = new BettingTest(options.ToolCallMargin);
        // Scores from -1 to 1 are badness from 1 to 0.
        _feedback = new BettingTest(options.FeedbackMargin / 2);
        Metrics =
        [
            new WatchedMetric("error_rate", 1, 0, _errors),
            new WatchedMetric("retry_rate", 1, 0, _retries),
            new WatchedMetric("invalid_tool_call_rate", 1, 0, _toolCalls),
            new WatchedMetric("feedback_score", -2, 1, _feedback),
        ];
        // Bonferroni: the tests of a route share its alpha.
        _limit = Math.Log(Metrics.Count / options.Alpha);
    }

    public IReadOnlyList<WatchedMetric> Metrics { get; }

    public int OpenConversations => _open.Count;

    /// <summary>The first figure that has crossed its margin; null: none.</summary>
    public WatchedMetric? Crossed => Metrics.FirstOrDefault(metric => metric.Test.LogEvidence >= _limit);

    public void Observe(UsageRecord record)
    {
        CloseIdle(record.StartedAt);
        var name = record.Conversation ?? record.RequestId;
        if (_over.Contains(name))
            return;
        if (!_open.TryGetValue(name, out var conversation))
            _open.Add(name, conversation = new OpenConversation(record.OptimizationArm == "control"));
        conversation.Add(record);
        if (conversation.Requests >= LongestConversation)
            Close(name, conversation);
        else
            _seen.Enqueue((name, record.StartedAt));
        while (_open.Count > MostOpen && _seen.TryDequeue(out var oldest))
            if (_open.TryGetValue(oldest.Conversation, out var early))
                Close(oldest.Conversation, early);
    }

    /// <param name="record">The request that the feedback is about.</param>
    /// <param name="score">From -1 to 1; the first of a conversation counts.</param>
    public void ObserveFeedback(UsageRecord record, double score)
    {
        if (_rated.Add(record.Conversation ?? record.RequestId))
            _feedback.Add(record.OptimizationArm == "control", (1 - score) / 2);
    }

    /// <summary>Takes the conversations that have been silent for long.</summary>
    public void CloseIdle(DateTimeOffset now)
    {
        while (_seen.TryPeek(out var oldest) && now - oldest.At >= Idle)
        {
            _seen.Dequeue();
            if (_open.TryGetValue(oldest.Conversation, out var conversation) && conversation.LastSeen <= oldest.At)
                Close(oldest.Conversation, conversation);
        }
    }

    private void Close(string name, OpenConversation conversation)
    {
        _open.Remove(name);
        _over.Add(name);
        _errors.Add(conversation.IsControl, conversation.ErrorRate);
        _retries.Add(conversation.IsControl, conversation.RetryRate);
        if (conversation.InvalidToolCallRate is { } invalid)
            _toolCalls.Add(conversation.IsControl, invalid);
    }
}
