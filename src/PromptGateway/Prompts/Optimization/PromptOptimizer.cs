using PromptGateway.Prompts.Asking;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Routing;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Optimization;

/// <summary>Does with a prompt what the chosen policy and its mode ask for.</summary>
/// <param name="execution">Runs policies.</param>
/// <param name="shadows">Runs them beside the request.</param>
/// <param name="switches">Experiments that were stopped.</param>
/// <param name="random">Draws samples.</param>
internal sealed class PromptOptimizer(PolicyExecution execution, ShadowQueue shadows, PolicySwitches switches, Random random)
{
    /// <summary>Why the policy has nothing to do, as far as can be told without reading the prompt; null: it may have.</summary>
    public static string? NothingToDo(Prompt prompt, RequestFormat format, OptimizationPolicy policy) =>
        prompt.Body.Length < policy.SmallestBody ? SkipReason.TooShort
        : prompt.Body.Length > policy.LargestBody ? SkipReason.TooLong
        : policy.OnlyToolResults && !ToolResultProbe.MayHave(prompt.Body.Span, format) ? SkipReason.NoToolResults
        : null;

    /// <summary>The mode's name before an arm was drawn.</summary>
    public static string NameOf(PolicyMode mode) =>
        mode switch
        {
            PolicyMode.Shadow => OptimizationMode.Shadow,
            PolicyMode.Off => OptimizationMode.Off,
            _ => OptimizationMode.On,
        };

    /// <summary>What is said of a prompt with nothing to do, where the caller asked for a policy.</summary>
    public static PromptOptimization Nothing(PolicyChoice choice, string reason) =>
        new()
        {
            Policy = choice.Policy!.Name,
            Mode = NameOf(choice.Mode),
            Result = PolicyResult.Skipped(reason, default),
        };

    /// <param name="prompt">The request.</param>
    /// <param name="format">Its shape.</param>
    /// <param name="choice">Policy and mode, not off.</param>
    /// <param name="settings">Which policy is tried in shadow.</param>
    /// <param name="keyId">Of the caller.</param>
    /// <param name="requested">The model as asked for; null: none was named.</param>
    /// <param name="first">Where it goes first.</param>
    /// <param name="asked">The policy with the answers of models; null when it asks none.</param>
    /// <returns>What was done, and the edits over the prompt's body if there are any; dispose them after the body's last use.</returns>
    public (PromptOptimization Optimization, OptimizedPrompt? Edits) Optimize(
        Prompt prompt,
        RequestFormat format,
        PolicyChoice choice,
        OptimizationSettings settings,
        string keyId,
        string? requested,
        Target first,
        AskedPolicy? asked = null
    )
    {
        var policy = choice.Policy!;
        var body = prompt.Body.Memory;
        var target = PromptTarget.Of(first);
        if (choice.Mode == PolicyMode.Shadow)
            return (
                new()
                {
                    Policy = policy.Name,
                    Mode = OptimizationMode.Shadow,
                    Shadow = Sample(body, format, policy, target, policy.SampleShare),
                },
                null
            );
        string? arm = null,
            conversation = null;
        if (choice.Mode == PolicyMode.Experiment)
        {
            if (switches.IsOff(policy.Name, requested ?? first.Model))
                return (NotRun(policy, OptimizationMode.Off, null, null), null);
            (conversation, var isControl) = Draw(body.Span, format, policy, keyId);
            arm = isControl ? "control" : "treatment";
            if (isControl)
                return (NotRun(policy, OptimizationMode.Control, arm, conversation), null);
        }
        var (result, edits) = execution.Run(body, format, asked?.Policy ?? policy, target, OptimizationMode.On, asked);
        var tried = settings.Shadow is { } shadow && shadow.Version != policy.Version ? shadow : null;
        return (
            new()
            {
                Policy = policy.Name,
                Mode = OptimizationMode.On,
                Arm = arm,
                Conversation = conversation,
                Result = result,
                Asked = asked,
                Shadow = tried is null ? null : Sample(body, format, tried, target, settings.ShadowShare),
            },
            edits
        );
    }

    /// <summary>Whether the optimized prompt would be sent, so that a model may be asked for it: not in shadow, not in the control arm.</summary>
    public bool IsSent(Prompt prompt, RequestFormat format, PolicyChoice choice, string keyId, string? requested, Target first) =>
        choice.Mode == PolicyMode.On
        || (
            choice.Mode == PolicyMode.Experiment
            && !switches.IsOff(choice.Policy!.Name, requested ?? first.Model)
            && !Draw(prompt.Body.Span, format, choice.Policy, keyId).IsControl
        );

    /// <summary>What is said, and counted, when the optimizer itself failed and the original goes upstream.</summary>
    public PromptOptimization Failed(PolicyChoice choice)
    {
        var mode = NameOf(choice.Mode);
        execution.Failed(choice.Policy!, mode);
        return new()
        {
            Policy = choice.Policy!.Name,
            Mode = mode,
            Result = PolicyResult.Failed(SkipReason.Failed, default),
        };
    }

    private PromptOptimization NotRun(OptimizationPolicy policy, string mode, string? arm, string? conversation)
    {
        execution.Dropped(policy, mode, reason: null);
        return new()
        {
            Policy = policy.Name,
            Mode = mode,
            Arm = arm,
            Conversation = conversation,
        };
    }

    /// <summary>Never throws: what is only tried must not cost what is done.</summary>
    private ShadowRun? Sample(ReadOnlyMemory<byte> body, RequestFormat format, OptimizationPolicy policy, PromptTarget target, double share)
    {
        try
        {
            return share >= 1 || random.NextDouble() < share ? shadows.Enqueue(body, format, policy, target) : null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            execution.Failed(policy, OptimizationMode.Shadow);
            return null;
        }
    }

    /// <summary>A prompt that cannot be read is in the arm of all those.</summary>
    private static (string Conversation, bool IsControl) Draw(
        ReadOnlySpan<byte> body,
        RequestFormat format,
        OptimizationPolicy policy,
        string keyId
    )
    {
        using var map = PromptMap.Rent();
        map.TryRead(body, format);
        var id = ConversationId.Of(body, map, keyId);
        return (id.Name, id.IsControl(policy.Name, policy.ControlShare));
    }
}
