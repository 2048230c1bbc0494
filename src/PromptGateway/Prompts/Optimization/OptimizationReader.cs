using Microsoft.Extensions.Options;
using PromptGateway.Prompts.Asking;
using PromptGateway.Prompts.Policies;

namespace PromptGateway.Prompts.Optimization;

/// <summary>Reads and checks the section <c>Optimization</c>. All faults are found at once.</summary>
internal sealed class OptimizationReader
{
    private readonly List<string> _errors = [];
    private readonly PolicyReader _policies;
    private readonly Dictionary<string, OptimizationPolicy> _known = new(StringComparer.OrdinalIgnoreCase);

    private OptimizationReader() => _policies = new PolicyReader(_errors);

    /// <exception cref="OptionsValidationException">Holds every mistake of the section.</exception>
    public static OptimizationSettings Read(IConfiguration configuration)
    {
        var reader = new OptimizationReader();
        var settings = reader.Read(configuration.GetSection(OptimizationSection.Name));
        return reader._errors.Count == 0
            ? settings
            : throw new OptionsValidationException(OptimizationSection.Name, typeof(OptimizationSection), reader._errors);
    }

    private OptimizationSettings Read(IConfigurationSection section)
    {
        foreach (var policy in BuiltInPolicies.All)
            _known[policy.Name] = policy;
        foreach (var entry in section.GetSection("Policies").GetChildren())
            if (_policies.Read(entry) is { } policy)
                _known[policy.Name] = policy;
        var bound = Bind(section);
        _policies.Share(bound.Shadow.Share, $"{section.Path}:Shadow:Share");
        Bytes(bound.CacheBytes, $"{section.Path}:CacheBytes");
        Bytes(bound.Shadow.MaxQueuedBytes, $"{section.Path}:Shadow:MaxQueuedBytes");
        var standard = Choice(bound.Default, _policies.Mode(bound.Mode, $"{section.Path}:Mode"), $"{section.Path}:Default");
        _errors.AddRange(AskSettings.Faults(bound.Models, $"{section.Path}:Models"));
        var settings = new OptimizationSettings
        {
            Policies = _known,
            Ask = AskSettings.Of(bound.Models),
            Default = standard,
            AllowHeader = bound.AllowHeader,
            CacheBytes = bound.CacheBytes,
            MaxQueuedBytes = bound.Shadow.MaxQueuedBytes,
            Shadow = bound.Shadow.Share > 0 ? Find(bound.Shadow.Policy, $"{section.Path}:Shadow:Policy") : null,
            ShadowShare = bound.Shadow.Share,
            Rules = [.. bound.Rules.Select((rule, index) => Rule(rule, $"{section.Path}:Rules:{index}")).OrderBy(rule => rule.Rank)],
        };
        CheckModels(section, settings);
        return settings;
    }

    /// <summary>A policy that is in use needs its model. The built-in one that nobody chose may lack it: it is refused when it is asked for.</summary>
    private void CheckModels(IConfigurationSection section, OptimizationSettings settings)
    {
        var used = section.GetSection("Policies").GetChildren().Select(entry => settings.Policies.GetValueOrDefault(entry.Key));
        foreach (var policy in used.Append(settings.Default.Policy).Concat(settings.Rules.Select(rule => rule.Policy)).Distinct())
            if (policy is not null && settings.LacksModel(policy))
                _errors.Add(
                    $"{section.Path}: the policy '{policy.Name}' asks a model, and none is configured: set {section.Path}:Models:Model to a model "
                        + "that this gateway serves through the OpenAI API"
                );
    }

    private OptimizationSection Bind(IConfigurationSection section)
    {
        try
        {
            return section.Get<OptimizationSection>() ?? new OptimizationSection();
        }
        catch (InvalidOperationException e)
        {
            _errors.Add($"{section.Path}: {e.InnerException?.Message ?? e.Message}");
            return new OptimizationSection();
        }
    }

    private OptimizationRule Rule(RuleSection rule, string path)
    {
        if (rule.Key is null && rule.Team is null && rule.Model is null)
            _errors.Add($"{path} must say whom it is for: Key, Team or Model");
        if (rule.Policy is null && rule.Mode is null && rule.AllowHeader is null)
            _errors.Add($"{path} says nothing: give it Policy, Mode or AllowHeader");
        var mode = _policies.Mode(rule.Mode, $"{path}:Mode");
        var policy = rule.Policy is null ? null : Find(rule.Policy, $"{path}:Policy");
        var isOff = rule.Policy is not null && policy is null;
        return new OptimizationRule(rule.Key, rule.Team, rule.Model, policy, isOff ? PolicyMode.Off : mode, rule.AllowHeader);
    }

    private PolicyChoice Choice(string name, PolicyMode? mode, string path) =>
        Find(name, path) is { } policy ? new PolicyChoice(policy, mode ?? policy.Mode) : PolicyChoice.Off;

    /// <summary>Null for <c>off</c>, and for a name that is not known, which is noted.</summary>
    private OptimizationPolicy? Find(string name, string path)
    {
        if (name.Equals(PolicyChooser.Off, StringComparison.OrdinalIgnoreCase))
            return null;
        if (_known.TryGetValue(name, out var policy))
            return policy;
        _errors.Add($"{path} is '{name}', expected off or one of {string.Join(", ", _known.Keys)}");
        return null;
    }

    private void Bytes(int value, string path)
    {
        if (value is < 0 or > 1 << 30)
            _errors.Add($"{path} is {value}, expected 0 to {1 << 30}");
    }
}
