using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Keys;
using PromptGateway.Metrics;
using PromptGateway.Prompts.Asking;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Routing;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts;

/// <summary>
/// Optimizes the prompt by the policy that is meant for the request: edits over the client's bytes, which the stages below send and count.
/// Fails open: whatever goes wrong, the original goes upstream. Refuses with 400 or 403 only for the request's own header.
/// </summary>
internal sealed class OptimizePromptStage(
    RequestDelegate next,
    OptimizationCatalog catalog,
    PromptOptimizer optimizer,
    PolicyAsking asking,
    OptimizationMetrics metrics
)
{
    public Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.Noun<GatewayEndpoint>();
        // What a policy asks a model is not optimized itself.
        if (ReferenceEquals(endpoint, EndpointTable.Optimizer))
            return next(context);
        if (FormatOf(endpoint.Operation) is not { } format || context.FindNoun<Prompt>() is not { } prompt)
            return next(context);
        var settings = catalog.Current;
        var (choice, rejection, asked) = Choose(context, settings);
        if (rejection is not null)
            return context.RejectAsync(rejection);
        if (choice.IsOff)
        {
            metrics.Of(choice.Policy?.Name).Count(OptimizationMode.Off, OptimizationOutcome.Skipped);
            if (asked)
                Leave(context, new PromptOptimization { Mode = OptimizationMode.Off });
            return next(context);
        }
        if (NothingToDo(prompt, format, choice.Policy!) is { } reason)
        {
            metrics.Of(choice.Policy!.Name).Count(PromptOptimizer.NameOf(choice.Mode), OptimizationOutcome.Skipped);
            if (asked)
                Leave(context, PromptOptimizer.Nothing(choice, reason));
            return next(context);
        }
        return OptimizeAsync(context, prompt, format, choice, settings);
    }

    private async Task OptimizeAsync(
        HttpContext context,
        Prompt prompt,
        RequestFormat format,
        PolicyChoice choice,
        OptimizationSettings settings
    )
    {
        var (optimization, optimized) = await TryOptimizeAsync(context, prompt, format, choice, settings);
        // The edits live as long as the body that they belong to.
        using (optimized)
        {
            prompt.Optimized = optimized;
            Leave(context, optimization);
            await next(context);
        }
    }

    /// <summary>Throws only when the caller leaves: whatever else goes wrong, there are no edits, and that is counted.</summary>
    private async Task<(PromptOptimization, OptimizedPrompt?)> TryOptimizeAsync(
        HttpContext context,
        Prompt prompt,
        RequestFormat format,
        PolicyChoice choice,
        OptimizationSettings settings
    )
    {
        try
        {
            var keyId = context.Noun<Caller>().Id;
            var target = context.Noun<TargetList>()[0];
            var requested = context.FindNoun<RequestedModel>()?.Name;
            AskedPolicy? asked = null;
            if (choice.Policy!.AsksModel && optimizer.IsSent(prompt, format, choice, keyId, requested, target))
                asked = await asking.AskAsync(
                    prompt.Body.Memory,
                    format,
                    choice.Policy,
                    PromptTarget.Of(target),
                    settings.Ask,
                    Asker.Of(context, choice.Policy.Name),
                    context.RequestAborted
                );
            return optimizer.Optimize(prompt, format, choice, settings, keyId, requested, target, asked);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !context.RequestAborted.IsCancellationRequested)
        {
            return (optimizer.Failed(choice), null);
        }
    }

    /// <summary>A policy that throws here throws again where it is run; there that is counted.</summary>
    private static string? NothingToDo(Prompt prompt, RequestFormat format, OptimizationPolicy policy)
    {
        try
        {
            return PromptOptimizer.NothingToDo(prompt, format, policy);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return null;
        }
    }

    private (PolicyChoice Choice, Rejection? Rejection, bool Asked) Choose(HttpContext context, OptimizationSettings settings)
    {
        var caller = context.Noun<Caller>();
        var requested = context.FindNoun<RequestedModel>()?.Name;
        var upstream = context.Noun<TargetList>()[0].Model;
        var choice = PolicyChooser.Configured(settings, caller, requested, upstream, out var unknown);
        if (unknown is not null)
            metrics.FellBack(choice.Policy?.Name, "unknown_policy");
        if (
            !context.Request.Headers.TryGetValue(OptimizationHeaders.Optimize, out var values)
            || values.ToString() is not { Length: > 0 } header
        )
            return (choice, null, false);
        if (!PolicyChooser.AllowsHeader(settings, caller, requested, upstream))
            return (choice, OptimizationRejection.HeaderNotAllowed, true);
        if (PolicyChooser.Asked(settings, choice, header.Trim()) is not { } asked)
            return (choice, OptimizationRejection.UnknownPolicy(header, settings), true);
        return asked.Policy is { } policy && settings.LacksModel(policy)
            ? (choice, OptimizationRejection.NoModel(policy.Name), true)
            : (asked, null, true);
    }

    private static void Leave(HttpContext context, PromptOptimization optimization)
    {
        context.SetNoun(optimization);
        // At the last moment: a failed attempt clears all headers.
        context.Response.OnStarting(WriteHeaders, context);
    }

    private static Task WriteHeaders(object state)
    {
        var context = (HttpContext)state;
        OptimizationHeaders.Write(context.Response.Headers, context.Noun<PromptOptimization>(), context.TraceIdentifier);
        return Task.CompletedTask;
    }

    private static RequestFormat? FormatOf(Operation operation) =>
        operation switch
        {
            Operation.Chat => RequestFormat.ChatCompletions,
            Operation.Responses => RequestFormat.Responses,
            Operation.Messages => RequestFormat.Messages,
            _ => null,
        };
}
