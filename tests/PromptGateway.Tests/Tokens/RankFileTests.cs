using System.Security.Cryptography;
using System.Text;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Tokens;

public sealed class RankFileTests
{
    /// <summary>The checksums are those of the published .tiktoken files, whose lines are written again here.</summary>
    [Theory]
    [InlineData("o200k_base", 199_998, "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d")]
    [InlineData("cl100k_base", 100_256, "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7")]
    public void EmbeddedVocabulary_WrittenInThePublishedForm_IsThePublishedFile(string encoding, int tokens, string sha256)
    {
        var vocabulary = (encoding == "o200k_base" ? Tokenizer.O200k : Tokenizer.Cl100k).Vocabulary;
        vocabulary.Count.ShouldBe(tokens);
        var lines = new StringBuilder();
        for (var rank = 0; rank < tokens; rank++)
            lines.Append(Convert.ToBase64String(vocabulary.Bytes(rank))).Append(' ').Append(rank).Append('\n');
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(lines.ToString()))).ShouldBe(sha256);
    }

    [Fact]
    public void EmbeddedVocabulary_EveryToken_IsFoundByItsBytes()
    {
        var vocabulary = Tokenizer.O200k.Vocabulary;
        for (var rank = 0; rank < vocabulary.Count; rank++)
            vocabulary.Rank(vocabulary.Bytes(rank)).ShouldBe(rank);
    }

    [Fact]
    public void Rank_BytesThatAreNoToken_GivesNoToken()
    {
        var vocabulary = Tokenizer.Cl100k.Vocabulary;
        vocabulary.Rank([]).ShouldBe(Vocabulary.NoToken);
        vocabulary.Rank("qxzjvkwq"u8).ShouldBe(Vocabulary.NoToken);
        vocabulary.Rank(new byte[RankFile.MaxTokenBytes + 1]).ShouldBe(Vocabulary.NoToken);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(200)]
    public void Read_FileCutShort_SaysSo(int bytes)
    {
        using var whole = new MemoryStream();
        RankFile.Write(whole, [.. Enumerable.Range(0, 256).Select(b => new[] { (byte)b })]);
        using var cut = new MemoryStream(whole.ToArray()[..Math.Min(bytes, (int)whole.Length - 8)]);
        Should.Throw<InvalidDataException>(() => RankFile.Read(cut));
    }

    [Fact]
    public void Write_TokenTooLong_IsRefused() =>
        Should.Throw<ArgumentException>(() => RankFile.Write(Stream.Null, [new byte[RankFile.MaxTokenBytes + 1]]));
}
