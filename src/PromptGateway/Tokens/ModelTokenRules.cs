namespace PromptGateway.Tokens;

/// <summary>How one family of models counts a prompt. <see cref="ModelFamilies"/> knows which model follows which.</summary>
internal sealed record ModelTokenRules
{
    /// <summary>Tokens that frame each message, on top of its role and content (gpt-3.5-turbo-0125 and later).</summary>
    public const int PerMessage = 3;

    /// <summary>On top of the tokens of a message's <c>name</c>.</summary>
    public const int PerName = 1;

    /// <summary>What opens the model's reply, once per request.</summary>
    public const int Reply = 3;

    public TokenEncoding Encoding { get; init; } = TokenEncoding.O200kBase;

    /// <summary>Tokens of this family for one of <see cref="Encoding"/>; 1 where the encoding is the model's own.</summary>
    public double TextFactor { get; init; } = 1;

    /// <summary>True if plain text in messages is counted as the provider counts it.</summary>
    public bool Exact { get; init; }

    /// <summary>
    /// Tools are shown to OpenAI's models as TypeScript signatures; for others their JSON is counted as it stands.
    /// </summary>
    public bool ToolsAsJson { get; init; }

    /// <summary>Tokens of the instructions that a provider adds as soon as there is a tool.</summary>
    public int ToolPrompt { get; init; }

    public required ImageRule Image { get; init; }

    /// <summary>The rules for a model by its name, as the provider, Azure or a router writes it.</summary>
    public static ModelTokenRules For(string model) => ModelFamilies.Find(model);
}
