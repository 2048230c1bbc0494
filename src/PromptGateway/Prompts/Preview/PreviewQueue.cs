namespace PromptGateway.Prompts.Preview;

/// <summary>
/// Previews burn processor time, which the proxied requests need: as many run at a time as there are two processors for, some wait, the
/// rest is refused. A caller has a part of the places only, and callers take turns, so that none waits for all that another one sent.
/// Thread-safe.
/// </summary>
internal sealed class PreviewQueue
{
    /// <summary>Previews that run or wait; each holds its body in memory.</summary>
    public const int Most = 32;

    /// <summary>Those of one caller.</summary>
    public const int MostOfCaller = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, PreviewLine> _lines = new(StringComparer.Ordinal);

    /// <summary>Callers that have somebody waiting, or had a moment ago, each once.</summary>
    private readonly Queue<PreviewLine> _turns = new();
    private int _free = Math.Max(1, Environment.ProcessorCount / 2);
    private int _count;

    /// <summary>Runs the work off the thread that reads sockets. Null at once when too many wait already.</summary>
    public async Task<T?> TryRunAsync<T>(string caller, Func<T> work, CancellationToken cancellationToken)
        where T : class
    {
        if (Enter(caller) is not { } place)
            return null;
        try
        {
            await using (cancellationToken.Register(() => place.TrySetCanceled(cancellationToken)))
                await place.Task;
            return await Task.Run(work, cancellationToken);
        }
        finally
        {
            Leave(caller, place);
        }
    }

    private TaskCompletionSource? Enter(string caller)
    {
        lock (_gate)
        {
            var line = _lines.GetValueOrDefault(caller) ?? new PreviewLine(caller);
            if (_count == Most || line.Count == MostOfCaller)
                return null;
            _count++;
            line.Count++;
            _lines[caller] = line;
            var place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            line.Waiting.Add(place);
            if (!line.HasTurn)
                _turns.Enqueue(line);
            line.HasTurn = true;
            Advance();
            return place;
        }
    }

    private void Leave(string caller, TaskCompletionSource place)
    {
        lock (_gate)
        {
            var line = _lines[caller];
            _count--;
            line.Count--;
            if (!line.Waiting.Remove(place) && place.Task.IsCompletedSuccessfully)
                _free++;
            Advance();
            Forget(line);
        }
    }

    /// <summary>Gives what is free to those whose turn it is; who leaves at this moment is passed over.</summary>
    private void Advance()
    {
        while (_free > 0 && _turns.TryDequeue(out var line))
        {
            if (line.Waiting.Count > 0)
            {
                if (line.Waiting[0].TrySetResult())
                    _free--;
                line.Waiting.RemoveAt(0);
            }
            line.HasTurn = line.Waiting.Count > 0;
            if (line.HasTurn)
                _turns.Enqueue(line);
            else
                Forget(line);
        }
    }

    private void Forget(PreviewLine line)
    {
        if (line is { Count: 0, HasTurn: false })
            _lines.Remove(line.Caller);
    }
}
