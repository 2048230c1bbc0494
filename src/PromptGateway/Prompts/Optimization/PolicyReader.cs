using System.Security.Cryptography;
using System.Text;
using PromptGateway.Prompts.Models;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Optimization;

/// <summary>Reads one entry of <c>Optimization:Policies</c>.</summary>
internal sealed class PolicyReader(List<string> errors)
{
    private const int LongestName = 40;
    private const int VersionDigits = 16;
    private const string NoTools = "none";

    public OptimizationPolicy? Read(IConfigurationSection section)
    {
        var name = section.Key.ToLowerInvariant();
        if (!IsName(name))
            errors.Add($"{section.Path}: a policy's name has at most {LongestName} letters, digits and '-', and is not off, shadow or on");
        var settings = Bind(section);
        var transforms = Transforms(section.GetSection("Transforms"));
        var known = BuiltInPolicies.Find(name);
        if (known is null && transforms.Count == 0)
            errors.Add($"{section.Path}:Transforms is missing: name the transforms in their order");
        if (settings is null || (known is null && transforms.Count == 0))
            return null;
        var policy = Apply(settings, known ?? Empty(name), section.Path);
        return policy with { Transforms = transforms.Count > 0 ? transforms : policy.Transforms, Version = VersionOf(name, section) };
    }

    /// <summary>Parses a mode; notes the fault when there is none of that name.</summary>
    public PolicyMode? Mode(string? text, string path)
    {
        if (text is null)
            return null;
        if (Enum.TryParse<PolicyMode>(text, ignoreCase: true, out var mode) && Enum.IsDefined(mode) && !char.IsAsciiDigit(text[0]))
            return mode;
        errors.Add($"{path} is '{text}', expected off, shadow, on or experiment");
        return null;
    }

    public void Share(double? value, string path)
    {
        if (value is < 0 or > 1 or double.NaN)
            errors.Add($"{path} is {value}, expected a share from 0 to 1");
    }

    private PolicySection? Bind(IConfigurationSection section)
    {
        try
        {
            return section.Get<PolicySection>() ?? new PolicySection();
        }
        catch (InvalidOperationException e)
        {
            errors.Add($"{section.Path}: {e.InnerException?.Message ?? e.Message}");
            return null;
        }
    }

    private List<ITransform> Transforms(IConfigurationSection section)
    {
        var transforms = new List<ITransform>();
        foreach (var entry in section.GetChildren())
            if (TransformCatalog.Create(new TransformSettings(entry, errors)) is { } transform)
                transforms.Add(transform);
        var rewrites = transforms.FindIndex(transform => transform is RewriteTransform);
        if (
            rewrites >= 0
            && transforms.FindIndex(rewrites, transform => transform is TrimHistoryTransform or SummarizeHistoryTransform) >= 0
        )
            errors.Add($"{section.Path}: trim-history and summarize-history come before rewrite");
        if (
            transforms.Exists(transform => transform is TrimHistoryTransform)
            && transforms.Exists(transform => transform is SummarizeHistoryTransform)
        )
            errors.Add($"{section.Path}: trim-history and summarize-history both shorten the history; name one of them");
        foreach (var twice in transforms.GroupBy(transform => transform.Name).Where(group => group.Count() > 1))
            errors.Add($"{section.Path} names {twice.Key} more than once");
        return transforms;
    }

    private OptimizationPolicy Apply(PolicySection section, OptimizationPolicy policy, string path)
    {
        Share(section.ControlShare, $"{path}:ControlShare");
        Share(section.SampleShare, $"{path}:SampleShare");
        if (section.MaxAddedMilliseconds is < 0.1 or > 1000 or double.NaN)
            errors.Add($"{path}:MaxAddedMilliseconds is {section.MaxAddedMilliseconds}, expected 0.1 to 1000");
        NotNegative(section.MinPromptBytes, $"{path}:MinPromptBytes");
        NotNegative(section.MaxPromptBytes, $"{path}:MaxPromptBytes");
        NotNegative(section.MinTextBytes, $"{path}:MinTextBytes");
        NotNegative(section.MaxTextBytes, $"{path}:MaxTextBytes");
        NotNegative(section.CacheableTokens, $"{path}:CacheableTokens");
        return policy with
        {
            Mode = Mode(section.Mode, $"{path}:Mode") ?? policy.Mode,
            ControlShare = section.ControlShare ?? policy.ControlShare,
            SampleShare = section.SampleShare ?? policy.SampleShare,
            TimeBudget = section.MaxAddedMilliseconds is { } added and >= 0 and <= 1000
                ? TimeSpan.FromMilliseconds(added)
                : policy.TimeBudget,
            SmallestBody = section.MinPromptBytes ?? policy.SmallestBody,
            LargestBody = section.MaxPromptBytes ?? policy.LargestBody,
            SmallestText = section.MinTextBytes ?? policy.SmallestText,
            LargestText = section.MaxTextBytes ?? policy.LargestText,
            CacheableTokens = section.CacheableTokens ?? policy.CacheableTokens,
            Files = Files(section.ProtectedTools, $"{path}:ProtectedTools") ?? policy.Files,
        };
    }

    private static OptimizationPolicy Empty(string name) => new(name, []) { CacheableTokens = OptimizationPolicy.UsualCacheMinimum };

    private FileReads? Files(string[]? tools, string path)
    {
        if (tools is null)
            return null;
        if (tools is [{ } word] && word.Equals(NoTools, StringComparison.OrdinalIgnoreCase))
            return new FileReads([]);
        foreach (var (index, tool) in tools.Index())
            if (tool.Equals(NoTools, StringComparison.OrdinalIgnoreCase))
                errors.Add($"{path}:{index} is '{tool}', which stands alone: name tools, or '{NoTools}' only");
            else if (!FileReads.IsName(tool))
                errors.Add($"{path}:{index} is '{tool}', expected the name of a tool: letters, digits, '_', '-', '.', ':' and '/'");
        return new FileReads(tools);
    }

    private void NotNegative(int? value, string path)
    {
        if (value < 0)
            errors.Add($"{path} is {value}, expected 0 or more");
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
        && name is not (PolicyChooser.Off or PolicyChooser.Shadow or PolicyChooser.On);

    /// <summary>Another text of the settings is another version: what was remembered under the old one is not used again.</summary>
    private static string VersionOf(string name, IConfigurationSection section)
    {
        var text = string.Join('\n', section.AsEnumerable(makePathsRelative: true).Select(entry => $"{entry.Key}={entry.Value}").Order());
        return $"{name} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..VersionDigits]}";
    }
}
