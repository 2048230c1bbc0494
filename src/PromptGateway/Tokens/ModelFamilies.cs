namespace PromptGateway.Tokens;

/// <summary>Which model name belongs to which counting rules.</summary>
internal static class ModelFamilies
{
    private static readonly TileImageRule Gpt4Image = new(85, 170);
    private static readonly TileImageRule Gpt5Image = new(70, 140);

    private static readonly ModelTokenRules Gpt4o = new() { Exact = true, Image = Gpt4Image };
    private static readonly ModelTokenRules Gpt4 = Gpt4o with { Encoding = TokenEncoding.Cl100kBase };
    private static readonly ModelTokenRules GptOss = Gpt4o with { Exact = false };

    // Their tokenizers are not public or not carried here: o200k's count times a margin that is meant to be high rather
    // than low, since budgets reserve by it. Reports put Claude 10 to 35 percent above o200k.
    private static readonly ModelTokenRules Other = new()
    {
        TextFactor = 1.2,
        ToolsAsJson = true,
        Image = Gpt4Image,
    };
    private static readonly ModelTokenRules Gemini = Other with { TextFactor = 1.1, Image = new GeminiImageRule() };

    // 346: the tool use system prompt of the Claude 4 models as Anthropic documents it.
    private static readonly ModelTokenRules Claude = Other with
    {
        TextFactor = 1.25,
        ToolPrompt = 346,
        Image = new AreaImageRule(750, 1600),
    };

    /// <summary>OpenAI's names by how they begin; the first that fits counts, so the special stand before the general.</summary>
    private static readonly (string Prefix, ModelTokenRules Rules)[] OpenAI =
    [
        ("gpt-oss", GptOss),
        ("gpt-4o-mini", Gpt4o with { Image = new TileImageRule(2833, 5667) }),
        ("gpt-4o", Gpt4o),
        ("gpt-4.1-mini", Gpt4o with { Image = new PatchImageRule(1.62, 1536) }),
        ("gpt-4.1-nano", Gpt4o with { Image = new PatchImageRule(2.46, 1536) }),
        ("gpt-4.1", Gpt4o),
        ("gpt-4.5", Gpt4o),
        ("chatgpt-4o", Gpt4o),
        ("gpt-4", Gpt4),
        ("gpt-3.5", Gpt4),
        ("gpt-35", Gpt4),
        ("text-embedding-", Gpt4),
        ("davinci-002", Gpt4),
        ("babbage-002", Gpt4),
        ("gpt-5-mini", Reasoning(new PatchImageRule(1.62, 1536))),
        ("gpt-5-nano", Reasoning(new PatchImageRule(2.46, 1536))),
        ("gpt-5.1", Reasoning(Gpt5Image)),
        ("gpt-5.2", Reasoning(new PatchImageRule(1, 1536))),
        ("gpt-5.3", Reasoning(new PatchImageRule(1, 1536))),
        ("gpt-5.4-mini", Reasoning(new PatchImageRule(1.62, 1536))),
        ("gpt-5.4-nano", Reasoning(new PatchImageRule(2.46, 1536))),
        ("gpt-5.", Reasoning(new PatchImageRule(1, 2500, MaxSide: 2048))),
        ("gpt-5", Reasoning(Gpt5Image)),
        ("o1", Reasoning(new TileImageRule(75, 150))),
        ("o3", Reasoning(new TileImageRule(75, 150))),
        ("o4-mini", Reasoning(new PatchImageRule(1.72, 1536))),
        ("computer-use-preview", Reasoning(new TileImageRule(65, 129))),
        // What OpenAI may yet name: counted like its newest.
        ("gpt-", Reasoning(new PatchImageRule(1, 2500, MaxSide: 2048))),
        ("chatgpt-", Reasoning(Gpt5Image)),
        ("codex-", Reasoning(Gpt5Image)),
    ];

    /// <summary>
    /// Takes vendor prefixes (<c>openai/gpt-4o</c>, <c>us.anthropic.claude-…</c>) and fine-tunes (<c>ft:gpt-4o:org::id</c>).
    /// </summary>
    public static ModelTokenRules Find(string model)
    {
        var name = model.AsSpan(model.LastIndexOf('/') + 1);
        if (name.Contains("claude", StringComparison.OrdinalIgnoreCase))
            return Claude;
        if (name.Contains("gemini", StringComparison.OrdinalIgnoreCase))
            return Gemini;
        foreach (var vendor in (ReadOnlySpan<string>)["ft:", "openai.", "openai:"])
        {
            if (name.StartsWith(vendor, StringComparison.OrdinalIgnoreCase))
                name = name[vendor.Length..];
        }
        foreach (var (prefix, rules) in OpenAI)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && EndsWord(name[prefix.Length..], prefix))
                return rules;
        }
        return Other;
    }

    // The framing of a reasoning model's messages is not published.
    private static ModelTokenRules Reasoning(ImageRule image) => new() { Image = image };

    /// <summary>So that "o1" is not found in "o1000" nor "gpt-4" in "gpt-42".</summary>
    private static bool EndsWord(ReadOnlySpan<char> rest, string prefix) =>
        rest.IsEmpty || !char.IsAsciiLetterOrDigit(prefix[^1]) || !char.IsAsciiLetterOrDigit(rest[0]);
}
