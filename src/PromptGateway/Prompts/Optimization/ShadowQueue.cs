using System.Buffers;
using System.Threading.Channels;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Optimization;

/// <summary>
/// Computes policies whose results go nowhere, off the path of requests, one after the other. What does not fit into the queue is dropped
/// and counted.
/// </summary>
internal sealed class ShadowQueue(PolicyExecution execution, OptimizationCatalog catalog) : BackgroundService
{
    public const string QueueFull = "shadow_queue_full";
    private const int MostJobs = 1000;

    private readonly Channel<ShadowJob> _jobs = Channel.CreateBounded<ShadowJob>(
        new BoundedChannelOptions(MostJobs) { SingleReader = true, AllowSynchronousContinuations = false }
    );

    private long _bytes;

    /// <summary>Takes a copy of the body.</summary>
    public ShadowRun Enqueue(ReadOnlyMemory<byte> body, RequestFormat format, OptimizationPolicy policy, PromptTarget target)
    {
        var run = new ShadowRun(policy.Name);
        if (Interlocked.Add(ref _bytes, body.Length) > catalog.Current.MaxQueuedBytes)
        {
            Interlocked.Add(ref _bytes, -body.Length);
            Drop(policy, run);
            return run;
        }
        var copy = new PooledBody(body.Length);
        copy.Append(new ReadOnlySequence<byte>(body));
        var job = new ShadowJob(copy, format, policy, target, run);
        if (!_jobs.Writer.TryWrite(job))
        {
            Release(job);
            Drop(policy, run);
        }
        return run;
    }

    /// <summary>What is left is dropped, so that the ledger rows that wait for it are written.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _jobs.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
        while (_jobs.Reader.TryRead(out var job))
        {
            Release(job);
            Drop(job.Policy, job.Run);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested && await WaitAsync(stoppingToken))
        while (!stoppingToken.IsCancellationRequested && _jobs.Reader.TryRead(out var job))
            Run(job);
    }

    private async Task<bool> WaitAsync(CancellationToken stoppingToken)
    {
        try
        {
            return await _jobs.Reader.WaitToReadAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Run(ShadowJob job)
    {
        PolicyResult result;
        try
        {
            (result, var edits) = execution.Run(job.Body.Memory, job.Format, job.Policy, job.Target, OptimizationMode.Shadow);
            edits?.Dispose();
        }
        finally
        {
            Release(job);
        }
        job.Run.Complete(result);
    }

    private void Release(ShadowJob job)
    {
        Interlocked.Add(ref _bytes, -job.Body.Length);
        job.Body.Dispose();
    }

    private void Drop(OptimizationPolicy policy, ShadowRun run)
    {
        execution.Dropped(policy, OptimizationMode.Shadow, QueueFull);
        run.Complete(new PolicyResult(OptimizationOutcome.Dropped, QueueFull, 0, default, []));
    }
}
