using System.ClientModel;
using System.Security.Cryptography;
using System.Text;
using PromptGateway.Chat;
using PromptGateway.Metrics;
using PromptGateway.Routing;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Asking;

/// <summary>
/// Asks a model of this gateway what a transform wants to know: within its time, its budget, and once for the same question. Never
/// throws but for a caller who leaves; whatever goes wrong is an answer without text.
/// </summary>
internal sealed class ModelAsking(
    UpstreamCatalog catalog,
    AnswerCache cache,
    AskBudget budget,
    IAskBooks books,
    OptimizationMetrics metrics,
    IServiceProvider services,
    TimeProvider time,
    ILogger<ModelAsking> log
)
{
    /// <summary>What the gateway adds around a question: schema, roles.</summary>
    private const int TokensAround = 300;

    /// <returns>Null when the question may not be asked and no answer is known. The cost is that of this call, 0 for a known answer.</returns>
    public async Task<(ModelAnswer Answer, long CostNanoUsd)?> AskAsync(
        ModelQuestion question,
        AskSettings settings,
        Asker asker,
        CancellationToken cancellationToken
    )
    {
        var key = KeyOf(question, settings, asker.Caller.Id);
        if (!question.MayAsk)
            return cache.Find(key) is { IsCompletedSuccessfully: true } known ? (known.Result, 0) : null;
        var pending = cache.FindOrAsk(key, () => Task.Run(() => CallAsync(question, settings, asker)), out var isNew);
        var answer = await pending.WaitAsync(cancellationToken);
        return (answer, isNew ? answer.CostNanoUsd : 0);
    }

    private async Task<ModelAnswer> CallAsync(ModelQuestion question, AskSettings settings, Asker asker)
    {
        try
        {
            var (reserved, failure) = Admit(question, settings, asker);
            return reserved is null ? ModelAnswer.Failed(failure!) : await CallAsync(question, settings, asker, reserved);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Neither the question nor an upstream's words about it belong in a log.
            log.LogWarning(
                "Asking the optimizer's model {Model} for {RequestId} failed: {Fault}",
                settings.Model,
                asker.RequestId,
                e.GetType().Name
            );
            return ModelAnswer.Failed(AskFailure.Error);
        }
    }

    private (AskReservation? Reserved, string? Failure) Admit(ModelQuestion question, AskSettings settings, Asker asker)
    {
        if (settings.Model is not { } model)
            return (null, AskFailure.NoModel);
        if (
            catalog.Current.Resolve(model) is not { } resolution
            || resolution.For(Dialect.OpenAI, asker.Caller.PassThroughSecret is not null) is not [var target, ..]
        )
            return (null, AskFailure.NotServed);
        var estimate = new TextTokenEstimate();
        estimate.Add(Encoding.UTF8.GetBytes(question.Instructions));
        estimate.Add(Encoding.UTF8.GetBytes(question.Text));
        var usage = new TokenUsage { InputTokens = estimate.Tokens + TokensAround, OutputTokens = settings.MaxOutputTokens };
        var most = new AskCost(target.Price?.CostNanoUsd(usage), usage.InputTokens + usage.OutputTokens);
        if (most.NanoUsd is null && (settings.MostNanoUsdPerDay > 0 || settings.MostNanoUsdPerRequest > 0))
            return (null, AskFailure.UnknownPrice);
        if (settings.MostNanoUsdPerRequest > 0 && most.NanoUsd > settings.MostNanoUsdPerRequest)
            return (null, AskFailure.Budget);
        return budget.TryReserve(settings, most) is { } reserved ? (reserved, null) : (null, AskFailure.Budget);
    }

    private async Task<ModelAnswer> CallAsync(ModelQuestion question, AskSettings settings, Asker asker, AskReservation reserved)
    {
        var spent = 0L;
        using var pipeline = new PipelineHandler(
            asker,
            services,
            context =>
            {
                // Where the books cannot tell, the most that it may have cost counts.
                var cost = reserved.Most;
                try
                {
                    cost = books.CostOf(context);
                }
                finally
                {
                    reserved.Settle(cost);
                }
                spent = cost.NanoUsd ?? 0;
                metrics.Cost(asker.Policy, spent);
            }
        );
        try
        {
            var answer = await CallAsync(pipeline, question, settings, asker);
            return answer with { CostNanoUsd = spent };
        }
        finally
        {
            // What was never sent cost nothing; what was given up is settled when it is over.
            if (!pipeline.IsUsed)
                reserved.Settle(default);
        }
    }

    private async Task<ModelAnswer> CallAsync(PipelineHandler pipeline, ModelQuestion question, AskSettings settings, Asker asker)
    {
        using var timeout = new CancellationTokenSource(settings.Timeout, time);
        using var span = OptimizationSpan.Ask(asker.Policy, question.SchemaName);
        ModelAnswer answer;
        try
        {
            var (json, failure) = await ResponsesQuestion.AskAsync(pipeline, question, settings, timeout.Token);
            answer = failure is null ? question.Judge(json!, settings) : ModelAnswer.Failed(failure);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            answer = ModelAnswer.Failed(AskFailure.Timeout);
        }
        catch (Exception e) when (e is ClientResultException or HttpRequestException or IOException)
        {
            // A question that a budget refuses or an upstream fails is no news for the log: request metrics and the fallbacks count it.
            answer = ModelAnswer.Failed(AskFailure.Error);
        }
        OptimizationSpan.Describe(span, answer.Failure ?? "answered", 0);
        return answer;
    }

    /// <summary>The same question of another caller is another one: nobody is told what somebody else has asked.</summary>
    private static string KeyOf(ModelQuestion question, AskSettings settings, string callerId) =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes($"{callerId}\n{question.Kind}\n{settings.Model}\n{settings.MinConfidence:R}\n{question.Text}")
            )
        );
}
