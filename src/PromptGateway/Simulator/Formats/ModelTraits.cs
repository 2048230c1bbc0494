namespace PromptGateway.Simulator.Formats;

/// <summary>What can be told from a model's name.</summary>
internal static class ModelTraits
{
    /// <summary>OpenAI's reasoning models: the o series, and gpt-5 and later but for their chat variants.</summary>
    public static bool Reasons(string model)
    {
        var name = Bare(model);
        if (name is ['o', >= '1' and <= '9', ..])
            return true;
        return Generation(name) >= 5 && !name.Contains("-chat", StringComparison.Ordinal);
    }

    /// <summary>OpenAI reports and bills cache writes from gpt-5.6 on.</summary>
    public static bool ReportsCacheWrites(string model) => Generation(Bare(model)) >= 5.6;

    /// <summary>Anthropic's shortest cacheable prompt of the model, in tokens.</summary>
    public static int MinimumCachedTokens(string model)
    {
        var name = Bare(model);
        if (StartsWithAny(name, "claude-opus-5", "claude-fable-5", "claude-mythos-5"))
            return 512;
        if (StartsWithAny(name, "claude-opus-4-7"))
            return 2048;
        return StartsWithAny(name, "claude-opus-4-6", "claude-opus-4-5", "claude-haiku-4-5") ? 4096 : 1024;
    }

    private static double Generation(string name)
    {
        if (!name.StartsWith("gpt-", StringComparison.Ordinal))
            return 0;
        var end = 4;
        while (end < name.Length && (char.IsAsciiDigit(name[end]) || name[end] == '.'))
            end++;
        return double.TryParse(name.AsSpan(4, end - 4), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private static bool StartsWithAny(string name, params ReadOnlySpan<string> prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static string Bare(string model) => model[(model.LastIndexOf('/') + 1)..];
}
