using PromptGateway.Cli.Replay;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Cli;

public sealed class ReplayKeyTests
{
    [Theory]
    [InlineData(nameof(RequestFormat.ChatCompletions), "openai")]
    [InlineData(nameof(RequestFormat.Responses), "openai")]
    [InlineData(nameof(RequestFormat.Messages), "anthropic")]
    public void KeysOfBothProviders_GoToTheFormatOfTheirOwn(string format, string expected)
    {
        var environment = new Dictionary<string, string> { ["OPENAI_API_KEY"] = "openai", ["ANTHROPIC_API_KEY"] = "anthropic" };

        ReplayKey.Find(Enum.Parse<RequestFormat>(format), environment.GetValueOrDefault).ShouldBe(expected);
    }

    [Theory]
    [InlineData("OPENAI_API_KEY")]
    [InlineData("ANTHROPIC_API_KEY")]
    [InlineData(ReplayKey.Variable)]
    public void OneKey_IsForAllFormats(string name)
    {
        foreach (var format in Enum.GetValues<RequestFormat>())
            ReplayKey.Find(format, asked => asked == name ? "k" : "").ShouldBe("k");
    }

    [Fact]
    public void NoKey_IsNone() => ReplayKey.Find(RequestFormat.Messages, _ => null).ShouldBeNull();
}
