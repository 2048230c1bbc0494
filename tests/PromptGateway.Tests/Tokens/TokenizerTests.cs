using System.Text;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Tokens;

public sealed class TokenizerTests
{
    [Fact]
    public void Decode_OfEncodedText_GivesTheTextBack() =>
        FsCheckRuns.Thorough(seed =>
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => RandomRune(random).ToString()));
            RoundTrips(Encoding.UTF8.GetBytes(text)).ShouldBeTrue(text);
        });

    [Fact]
    public void Decode_OfEncodedRandomBytes_GivesTheBytesBack() =>
        FsCheckRuns.Thorough(seed =>
        {
            var random = new Random(seed);
            var bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            RoundTrips(bytes).ShouldBeTrue(Convert.ToHexString(bytes));
        });

    [Theory]
    [InlineData("a", 125_000)]
    [InlineData(" ", 7_813)]
    [InlineData("ab", 250_000)]
    [InlineData("=", 15_625)]
    public void Count_MegabyteOfOnePiece_IsExactWithoutQuadraticWork(string unit, int tokens)
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length)));
        Tokenizer.O200k.Count(text).ShouldBe(tokens);
    }

    /// <summary>Around the length where merging changes its method, both methods must agree.</summary>
    [Fact]
    public void Merge_PiecesThatBothMethodsTake_GivesTheSameTokens()
    {
        var random = new Random(1);
        var vocabulary = Tokenizer.O200k.Vocabulary;
        Span<int> shortEnds = stackalloc int[ShortPieceMerge.MaxBytes];
        Span<int> longEnds = stackalloc int[ShortPieceMerge.MaxBytes];
        for (var i = 0; i < 500; i++)
        {
            var piece = Encoding.ASCII.GetBytes(random.GetItems<char>("aabcdeintres", random.Next(1, ShortPieceMerge.MaxBytes + 1)));
            var count = ShortPieceMerge.Merge(vocabulary, piece, shortEnds);
            LongPieceMerge.Merge(vocabulary, piece, longEnds).ShouldBe(count);
            shortEnds[..count].SequenceEqual(longEnds[..count]).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("<|endoftext|>")]
    [InlineData("<|im_start|>system")]
    public void Encode_NameOfASpecialToken_IsPlainText(string text)
    {
        var tokens = new List<int>();
        Tokenizer.O200k.Encode(Encoding.UTF8.GetBytes(text), tokens);
        tokens.Count.ShouldBeGreaterThan(3);
        tokens.ShouldAllBe(t => t < Tokenizer.O200k.Vocabulary.Count);
    }

    [Fact]
    public void Count_InvalidUtf8_CountsTheSameEveryTimeAndKeepsTheRest()
    {
        byte[] text = [.. "one "u8, 0xFF, 0xC0, 0xE2, 0x82, .. " two"u8];
        Tokenizer.O200k.Count(text).ShouldBe(Tokenizer.O200k.Count(text));
        RoundTrips(text).ShouldBeTrue();
    }

    [Fact]
    public void Count_SteadyState_AllocatesNothing()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("Unbelievably plain words, 1234 и слова, 你好世界。\n", 200)));
        Tokenizer.O200k.Count(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Tokenizer.O200k.Count(text);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Decode_NumberThatIsNoToken_IsRefused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Tokenizer.Cl100k.Decode([100_257])).Message.ShouldContain("100255");

    private static Rune RandomRune(Random random)
    {
        var limit = random.Next(4) switch
        {
            0 => 0x80,
            1 => 0x800,
            2 => 0x10000,
            _ => 0x110000,
        };
        return Rune.TryCreate(random.Next(limit), out var rune) ? rune : Rune.ReplacementChar;
    }

    private static bool RoundTrips(byte[] bytes)
    {
        foreach (var tokenizer in new[] { Tokenizer.O200k, Tokenizer.Cl100k })
        {
            var tokens = new List<int>();
            tokenizer.Encode(bytes, tokens);
            if (!tokenizer.Decode([.. tokens]).AsSpan().SequenceEqual(bytes) || tokenizer.Count(bytes) != tokens.Count)
                return false;
        }
        return true;
    }
}
