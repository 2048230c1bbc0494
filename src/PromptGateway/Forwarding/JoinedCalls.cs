using PromptGateway.Providers.OpenAI;

namespace PromptGateway.Forwarding;

/// <summary>The calls that realtime sessions of this gateway have joined, so that each answer in them is charged once.</summary>
internal sealed class JoinedCalls
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CallReports> _calls = new(StringComparer.Ordinal);

    /// <summary>Calls with somebody in them.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _calls.Count;
        }
    }

    public CallReports Join(string call)
    {
        lock (_gate)
        {
            if (!_calls.TryGetValue(call, out var reports))
                _calls[call] = reports = new CallReports();
            reports.Joined++;
            return reports;
        }
    }

    public void Leave(string call)
    {
        lock (_gate)
            if (_calls.TryGetValue(call, out var reports) && --reports.Joined == 0)
                _calls.Remove(call);
    }
}
