using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Optimization;

/// <summary>
/// Runs the built-in policies over made-up prompts in the background when the process starts: code that was never run takes many times its
/// time, and the first prompts have a few milliseconds like all others. Counts nothing, and what it remembers nobody finds.
/// </summary>
internal sealed class PolicyWarmUp : IHostedService
{
    /// <summary>The start itself goes first.</summary>
    private static readonly TimeSpan Lull = TimeSpan.FromMilliseconds(500);

    /// <summary>Between two steps, so that a gateway with one core keeps answering. (Without, its first answer took two seconds.)</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>A small window, a model that caches early, and a cache that is hardly cheaper: so that every transform has a reason to act.</summary>
    private static readonly PromptTarget Target = new()
    {
        Model = "claude-sonnet-4-5",
        Provider = "openai",
        ContextTokens = 8000,
        CachedPrice = 0.9,
        NewPrice = 1,
    };
    private static readonly RequestFormat[] Formats = [RequestFormat.ChatCompletions, RequestFormat.Responses, RequestFormat.Messages];

    /// <summary>Compiled is compiled, however many gateways run in the process.</summary>
    private static readonly TaskCompletionSource Compiled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private static int _started;

    /// <summary>Done when all code has run once. Never fails.</summary>
    public static Task Done => Compiled.Task;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _started, 1) == 0)
            _ = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>One policy over one made-up prompt, twice: as new, and as an earlier turn left it.</summary>
    public static PolicyResult Run(OptimizationPolicy policy, RequestFormat format)
    {
        var runner = new PolicyRunner(TimeProvider.System, new SegmentCache(() => 1 << 20, TimeProvider.System));
        var body = WarmUpPrompt.Of(format);
        policy = policy with { TimeBudget = TimeSpan.FromMinutes(1) };
        runner.Run(body, format, policy, Target).Dispose();
        using var again = runner.Run(body, format, policy, Target);
        var result = PolicyResult.Of(again, default);
        OptimizationDetail.Write(result);
        return result;
    }

    private static async Task RunAsync()
    {
        try
        {
            await Task.Delay(Lull);
            await RunAllAsync();
            Compiled.SetResult();
            // Once, when hardly anybody is here yet: what start and warm-up have left would stay resident for as long as little happens.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        // Only speed is lost.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Compiled.TrySetResult();
        }
    }

    private static async Task RunAllAsync()
    {
        foreach (var format in Formats)
        {
            ToolResultProbe.MayHave("{}"u8, format);
            foreach (var policy in BuiltInPolicies.All)
            {
                Run(policy, format);
                await Task.Delay(Pause);
            }
        }
    }
}
