using PromptGateway.Prompts.Models;

namespace PromptGateway.Tests.Prompts.Models;

public sealed class TextSurvivorsTests
{
    [Theory]
    [InlineData("send 3 mails by 2026-01-02", "By 2026-01-02, send 3 mails.")]
    [InlineData("see https://a.example/x?y=1.", "Read https://a.example/x?y=1 first.")]
    [InlineData("call it 'Blue Bird' please", "Name: \"Blue Bird\".")]
    [InlineData("don't use regex", "Do not use regex.")]
    [InlineData("run `make all` and ```\nx = 1\n``` now", "Run:\n```\nx = 1\n```\nthen `make all`.")]
    [InlineData("schreib nichts über Hunde", "Schreibe einen Text, aber nichts über Hunde.")]
    public void AllIn_NothingIsMissing_Holds(string original, string other) => TextSurvivors.AllIn(original, other).ShouldBeTrue();

    [Theory]
    [InlineData("send 3 mails", "Send 30 mails.")]
    [InlineData("send 3 mails", "Send three mails.")]
    [InlineData("see https://a.example/x", "See https://a.example/y")]
    [InlineData("call it \"Blue Bird\"", "Call it \"Blue bird\".")]
    [InlineData("don't use regex", "Use regex.")]
    [InlineData("nicht über Hunde", "Über Hunde.")]
    [InlineData("run `make all`", "Run make.")]
    [InlineData("mail to jo.doe@example.org", "Mail to Jo.")]
    [InlineData("fill in {{name}}", "Fill in the name.")]
    [InlineData("look at src/app/main.cs", "Look at the main file.")]
    [InlineData("rename user_id", "Rename the user's id.")]
    [InlineData("不要写狗", "写狗")]
    public void AllIn_SomethingIsMissing_DoesNotHold(string original, string other) => TextSurvivors.AllIn(original, other).ShouldBeFalse();

    [Fact]
    public void AllIn_TextThatIsSlowToCheck_EndsAndIsNoException()
    {
        var text = new string('a', 20_000) + string.Concat(Enumerable.Repeat("a/", 20_000)) + new string('{', 5_000);

        Record.Exception(() => TextSurvivors.AllIn(text, text)).ShouldBeNull();
    }
}
