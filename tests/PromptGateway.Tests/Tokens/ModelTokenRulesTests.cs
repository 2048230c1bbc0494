using PromptGateway.Tokens;

namespace PromptGateway.Tests.Tokens;

public sealed class ModelTokenRulesTests
{
    [Theory]
    [InlineData("gpt-4o", "O200kBase", 1.0, true)]
    [InlineData("openai/gpt-4.1-mini", "O200kBase", 1.0, true)]
    [InlineData("ft:gpt-4o-mini-2024-07-18:org::id", "O200kBase", 1.0, true)]
    [InlineData("gpt-4-turbo", "Cl100kBase", 1.0, true)]
    [InlineData("GPT-35-turbo", "Cl100kBase", 1.0, true)]
    [InlineData("text-embedding-3-large", "Cl100kBase", 1.0, true)]
    [InlineData("gpt-5.6", "O200kBase", 1.0, false)]
    [InlineData("gpt-9-ultra", "O200kBase", 1.0, false)]
    [InlineData("o3-mini", "O200kBase", 1.0, false)]
    [InlineData("openai.gpt-oss-120b-1:0", "O200kBase", 1.0, false)]
    [InlineData("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "O200kBase", 1.25, false)]
    [InlineData("models/gemini-2.5-pro", "O200kBase", 1.1, false)]
    [InlineData("o1000", "O200kBase", 1.2, false)]
    [InlineData("", "O200kBase", 1.2, false)]
    public void For_ModelName_FindsItsFamily(string model, string encoding, double factor, bool exact)
    {
        var rules = ModelTokenRules.For(model);
        rules.Encoding.ToString().ShouldBe(encoding);
        rules.TextFactor.ShouldBe(factor);
        rules.Exact.ShouldBe(exact);
    }
}
