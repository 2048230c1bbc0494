using System.Text;
using System.Text.Json;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Tokens;

public sealed class TokenizerGoldenTests
{
    /// <summary>The published test plans of gpt-tokenizer 4.0.0 for both encodings.</summary>
    [Fact]
    public void Encode_PublishedTestPlans_GivesTheirTokens()
    {
        var plans = Golden("test-plans.txt").Split("EncodingName: ", StringSplitOptions.RemoveEmptyEntries);
        plans.Length.ShouldBe(121);
        foreach (var plan in plans.Select(p => p.Split('\n')))
        {
            var tokenizer = plan[0] == "o200k_base" ? Tokenizer.O200k : Tokenizer.Cl100k;
            Check(tokenizer, plan[1]["Sample: ".Length..], JsonSerializer.Deserialize<int[]>(plan[2]["Encoded: ".Length..])!);
        }
    }

    /// <summary>Random texts of many scripts, blanks, code and emoji with the tokens that npm's tiktoken 1.0.22 gives.</summary>
    [Fact]
    public void Encode_RandomTexts_GivesTheTokensOfTiktoken()
    {
        var lines = Golden("tiktoken-random.jsonl").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(400);
        foreach (var line in lines)
        {
            using var json = JsonDocument.Parse(line);
            var text = json.RootElement.GetProperty("text").GetString()!;
            Check(Tokenizer.O200k, text, json.RootElement.GetProperty("o200k").Deserialize<int[]>()!);
            Check(Tokenizer.Cl100k, text, json.RootElement.GetProperty("cl100k").Deserialize<int[]>()!);
        }
    }

    private static void Check(Tokenizer tokenizer, string text, int[] expected)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var tokens = new List<int>();
        tokenizer.Encode(utf8, tokens);
        tokens.ToArray().ShouldBe(expected, text);
        tokenizer.Count(utf8).ShouldBe(expected.Length, text);
        tokenizer.Count(text).ShouldBe(expected.Length, text);
        Encoding.UTF8.GetString(tokenizer.Decode(expected)).ShouldBe(text);
    }

    private static string Golden(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Tokens", "Golden", file));
}
