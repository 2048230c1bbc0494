namespace PromptGateway.Endpoints.Inner;

/// <summary>How long an inner request lives: until whoever made it leaves, or a stage gives it up.</summary>
internal sealed class InnerLifetime : IHttpRequestLifetimeFeature, IDisposable
{
    private readonly CancellationTokenSource _aborted;

    public InnerLifetime(CancellationToken left)
    {
        _aborted = CancellationTokenSource.CreateLinkedTokenSource(left);
        RequestAborted = _aborted.Token;
    }

    public CancellationToken RequestAborted { get; set; }

    /// <summary>Whether a stage gave it up: its answer, as far as it came, is not complete.</summary>
    public bool IsAborted { get; private set; }

    public void Abort()
    {
        IsAborted = true;
        _aborted.Cancel();
    }

    public void Dispose() => _aborted.Dispose();
}
