using System.Text;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Tests.Simulator;

public sealed class TextPiecesTests
{
    [Theory]
    [InlineData("Hello, world! Grüße, 世界 🌍👩‍👩‍👧 ok")]
    [InlineData("")]
    public void Split_AnyText_JoinsBackAndKeepsCharacters(string text)
    {
        foreach (var size in new[] { 1, 2, 5 })
        {
            var pieces = TextPieces.Split(text, size);

            string.Concat(pieces).ShouldBe(text);
            pieces.ShouldAllBe(piece => !piece.Contains('\uFFFD'));
        }
    }

    [Fact]
    public void Split_RandomText_JoinsBack() =>
        FsCheckRuns.Usual(seed =>
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => RandomRune(random).ToString()));

            string.Concat(TextPieces.Split(text, 1 + random.Next(3))).ShouldBe(text);
        });

    private static Rune RandomRune(Random random)
    {
        var value = random.Next(random.Next(2) == 0 ? 0x500 : 0x20000);
        return Rune.IsValid(value) ? new Rune(value) : new Rune('x');
    }

    [Fact]
    public void Truncate_Text_HasAtMostSoManyTokens()
    {
        const string Text = "This is the PromptGateway simulator. 世界 🌍👩‍👩‍👧 and more";
        for (var tokens = 0; tokens < 30; tokens++)
        {
            var cut = TextPieces.Truncate(Text, tokens);

            Text.ShouldStartWith(cut);
            TokenCount.Of(cut).ShouldBeLessThanOrEqualTo(tokens);
        }
    }

    [Fact]
    public void WordStream_EveryWord_IsOneToken()
    {
        var words = new WordStream(1);
        for (var i = 0; i < 500; i++)
            TokenCount.Of(words.Next()).ShouldBe(1);
    }
}
