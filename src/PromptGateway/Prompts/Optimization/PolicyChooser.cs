using PromptGateway.Keys;
using PromptGateway.Prompts.Policies;

namespace PromptGateway.Prompts.Optimization;

/// <summary>Chooses the policy of a request: the request's own header, else its key's, its team's, its model's, else the default.</summary>
internal static class PolicyChooser
{
    public const string Off = "off";
    public const string Shadow = "shadow";
    public const string On = "on";

    /// <summary>What configuration and key say.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="caller">The key may name a policy.</param>
    /// <param name="requested">The model as asked for.</param>
    /// <param name="upstream">The model as it goes upstream.</param>
    /// <param name="unknown">The key's policy when there is none of that name any more; then the rules decide.</param>
    public static PolicyChoice Configured(
        OptimizationSettings settings,
        Caller caller,
        string? requested,
        string? upstream,
        out string? unknown
    )
    {
        unknown = null;
        var word = caller.Key?.Policy;
        if (word is null)
            return ByRules(settings, caller, requested, upstream);
        if (Is(word, Off))
            return PolicyChoice.Off;
        if (settings.Policies.TryGetValue(word, out var policy))
            return PolicyChoice.Of(policy);
        var ruled = ByRules(settings, caller, requested, upstream);
        if (Is(word, Shadow) || Is(word, On))
            return Turned(ruled, settings, Is(word, On) ? PolicyMode.On : PolicyMode.Shadow);
        unknown = word;
        return ruled;
    }

    /// <summary>What the request's header makes of it; null when it names a policy that does not exist.</summary>
    public static PolicyChoice? Asked(OptimizationSettings settings, PolicyChoice configured, string header) =>
        header switch
        {
            _ when Is(header, Off) => PolicyChoice.Off,
            _ when Is(header, Shadow) => Turned(configured, settings, PolicyMode.Shadow),
            _ when Is(header, On) => Turned(configured, settings, PolicyMode.On),
            _ when settings.Policies.TryGetValue(header, out var policy) => new PolicyChoice(policy, PolicyMode.On),
            _ => null,
        };

    /// <summary>Whether the caller may choose by header.</summary>
    public static bool AllowsHeader(OptimizationSettings settings, Caller caller, string? requested, string? upstream)
    {
        foreach (var rule in settings.Rules.AsSpan())
            if (rule.AllowHeader is { } allowed && rule.Matches(caller, requested, upstream))
                return allowed;
        return settings.AllowHeader;
    }

    private static PolicyChoice ByRules(OptimizationSettings settings, Caller caller, string? requested, string? upstream)
    {
        foreach (var rule in settings.Rules.AsSpan())
            if (rule.Chooses && rule.Matches(caller, requested, upstream))
                return rule.Policy is { } policy ? new PolicyChoice(policy, rule.Mode ?? policy.Mode) : WithMode(settings.Default, rule);
        return settings.Default;
    }

    private static PolicyChoice WithMode(PolicyChoice choice, OptimizationRule rule) =>
        rule.Mode == PolicyMode.Off ? PolicyChoice.Off : choice with { Mode = rule.Mode ?? choice.Mode };

    private static PolicyChoice Turned(PolicyChoice configured, OptimizationSettings settings, PolicyMode mode) =>
        new(configured.Policy ?? settings.Default.Policy ?? BuiltInPolicies.Safe, mode);

    private static bool Is(string word, string name) => word.Equals(name, StringComparison.OrdinalIgnoreCase);
}
