namespace PromptGateway.Prompts.Optimization;

/// <summary>
/// Shadow work of one request, shared by the request and the worker. Whoever is done last takes the next step: the worker hands over its
/// result, the request the step that needs it, and that step runs exactly once, with the result.
/// </summary>
internal sealed class ShadowRun(string policy)
{
    private readonly Lock _gate = new();
    private Action<PolicyResult>? _then;
    private PolicyResult? _result;

    public string Policy => policy;

    /// <summary>The worker is done, or gave the work up.</summary>
    public void Complete(PolicyResult result)
    {
        Action<PolicyResult>? then;
        lock (_gate)
        {
            if (_result is not null)
                return;
            _result = result;
            then = _then;
        }
        then?.Invoke(result);
    }

    /// <summary>Runs the step now when the result is there, else when it comes.</summary>
    public void Then(Action<PolicyResult> step)
    {
        PolicyResult? result;
        lock (_gate)
        {
            result = _result;
            if (result is null)
                _then = step;
        }
        if (result is not null)
            step(result);
    }
}
