using System.Text;
using PromptGateway.Prompts.Policies;
using PromptGateway.Tokens;

namespace PromptGateway.Cli.Replay;

/// <summary>Sends each conversation to each model twice: as it is, and as the policy makes it.</summary>
internal sealed class ReplayRun(ReplayTarget target, OptimizationPolicy policy, IAnswerGrader? grader, PolicyRunner runner)
{
    /// <summary>The policy's own budget is for requests that somebody waits for.</summary>
    private static readonly TimeSpan TimeBudget = TimeSpan.FromSeconds(5);
    private readonly ModelTargets _targets = new();
    private readonly OptimizationPolicy _policy = policy with { TimeBudget = TimeBudget };

    /// <param name="conversations">What to replay.</param>
    /// <param name="models">Each gets every conversation.</param>
    /// <param name="parallel">Conversations under way at a time.</param>
    /// <param name="done">Called after each, with how many are done.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>By model, then in the order of the file.</returns>
    public async Task<IReadOnlyList<ReplayResult>> RunAsync(
        IReadOnlyList<ReplayCase> conversations,
        IReadOnlyList<string> models,
        int parallel,
        Action<int> done,
        CancellationToken cancellationToken
    )
    {
        var results = new ReplayResult[conversations.Count * models.Count];
        var finished = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken };
        await Parallel.ForAsync(
            0,
            results.Length,
            options,
            async (index, cancellation) =>
            {
                var (model, conversation) = (models[index / conversations.Count], conversations[index % conversations.Count]);
                results[index] = await ReplayAsync(conversation, model, optimizedFirst: index % 2 == 1, cancellation);
                done(Interlocked.Increment(ref finished));
            }
        );
        return results;
    }

    /// <param name="conversation">What to replay.</param>
    /// <param name="model">Who answers.</param>
    /// <param name="optimizedFirst">Which comes first alternates, so that neither always finds the provider's cache warm.</param>
    /// <param name="cancellationToken">Stops.</param>
    private async Task<ReplayResult> ReplayAsync(
        ReplayCase conversation,
        string model,
        bool optimizedFirst,
        CancellationToken cancellationToken
    )
    {
        var request = conversation.Request.DeepClone().AsObject();
        request["model"] = model;
        var plain = Encoding.UTF8.GetBytes(request.ToJsonString());
        var optimized = Optimize(plain, conversation.Format, model);
        ReplayAnswer with,
            without;
        if (optimizedFirst)
        {
            with = await AskAsync(conversation, optimized, model, cancellationToken);
            without = await AskAsync(conversation, plain, model, cancellationToken);
        }
        else
        {
            without = await AskAsync(conversation, plain, model, cancellationToken);
            with = await AskAsync(conversation, optimized, model, cancellationToken);
        }
        return new ReplayResult(conversation, model, without, with);
    }

    private byte[] Optimize(byte[] plain, RequestFormat format, string model)
    {
        var provider = format == RequestFormat.Messages ? "anthropic" : "openai";
        using var result = runner.Run(plain, format, _policy, _targets.Of(provider, model));
        return result.Body.ToArray();
    }

    private async Task<ReplayAnswer> AskAsync(ReplayCase conversation, byte[] payload, string model, CancellationToken cancellationToken)
    {
        var answer = await target.AskAsync(payload, conversation.Format, model, cancellationToken);
        return grader is null || answer.Text is null
            ? answer
            : answer with
            {
                Grade = await grader.GradeAsync(conversation, answer.Text, cancellationToken),
            };
    }
}
