using System.Text;
using PromptGateway.Prompts.Preview;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Prompts;

public sealed class RestoreMemoryTests
{
    private readonly TestClock _clock = new();
    private readonly RestoreMemory _memory;

    public RestoreMemoryTests() => _memory = new RestoreMemory(_clock);

    [Fact]
    public void Find_ByTheOwner_GivesThePatchHoweverThePayloadIsWritten()
    {
        _memory.Remember(Body("a text"), RequestFormat.ChatCompletions, "key_a", "patch");

        _memory.Find(Body("a text"), RequestFormat.ChatCompletions, "key_a").ShouldBe("patch");
        _memory.Find(Body("a \\u0074ext", "  "), RequestFormat.ChatCompletions, "key_a").ShouldBe("patch");
    }

    [Fact]
    public void Find_ByAnotherKeyOrOfAnotherText_GivesNothing()
    {
        _memory.Remember(Body("a text"), RequestFormat.ChatCompletions, "key_a", "patch");

        _memory.Find(Body("a text"), RequestFormat.ChatCompletions, "key_b").ShouldBeNull();
        _memory.Find(Body("b text"), RequestFormat.ChatCompletions, "key_a").ShouldBeNull();
        _memory.Find("no prompt"u8.ToArray(), RequestFormat.ChatCompletions, "key_a").ShouldBeNull();
    }

    [Fact]
    public void Find_AfterTenMinutes_GivesNothing()
    {
        _memory.Remember(Body("a text"), RequestFormat.ChatCompletions, "key_a", "patch");

        _clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        _memory.Find(Body("a text"), RequestFormat.ChatCompletions, "key_a").ShouldBe("patch");
        _clock.Advance(TimeSpan.FromTicks(1));
        _memory.Find(Body("a text"), RequestFormat.ChatCompletions, "key_a").ShouldBeNull();
    }

    /// <summary>Patches of a few letters take memory too, and so does the same preview again and again.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void Remember_ManySmallPatches_ForgetsTheOldest(int texts)
    {
        _memory.Remember(Body("a text"), RequestFormat.ChatCompletions, "key_a", "p");

        for (var i = 0; i < 20_000; i++)
            _memory.Remember(Body("other " + i % texts), RequestFormat.ChatCompletions, "key_a", "p");

        _memory.Find(Body("a text"), RequestFormat.ChatCompletions, "key_a").ShouldBeNull();
    }

    [Fact]
    public void Remember_TheSameTextsAgain_KeepsTheLastPatchForTenMoreMinutes()
    {
        _memory.Remember(Body("a text"), RequestFormat.ChatCompletions, "key_a", "first");
        _clock.Advance(TimeSpan.FromMinutes(9));

        _memory.Remember(Body("a text"), RequestFormat.ChatCompletions, "key_a", "second");

        _clock.Advance(TimeSpan.FromMinutes(9));
        _memory.Find(Body("a text"), RequestFormat.ChatCompletions, "key_a").ShouldBe("second");
        _clock.Advance(TimeSpan.FromMinutes(1));
        _memory.Find(Body("a text"), RequestFormat.ChatCompletions, "key_a").ShouldBeNull();
    }

    [Fact]
    public void Remember_MoreThanFits_ForgetsTheOldestAndKeepsNoGiant()
    {
        var patch = new string('p', 256 << 10);
        for (var number = 0; number < 17; number++)
            _memory.Remember(Body("text " + number), RequestFormat.ChatCompletions, "key_a", patch);
        _memory.Remember(Body("giant"), RequestFormat.ChatCompletions, "key_a", patch + "p");

        _memory.Find(Body("text 0"), RequestFormat.ChatCompletions, "key_a").ShouldBeNull();
        for (var number = 1; number < 17; number++)
            _memory.Find(Body("text " + number), RequestFormat.ChatCompletions, "key_a").ShouldNotBeNull();
        _memory.Find(Body("giant"), RequestFormat.ChatCompletions, "key_a").ShouldBeNull();
    }

    private static byte[] Body(string text, string blanks = "") =>
        Encoding.UTF8.GetBytes($$"""{{{blanks}}"messages":[{"role":"tool","tool_call_id":"c",{{blanks}}"content":"{{text}}"}]}""");
}
