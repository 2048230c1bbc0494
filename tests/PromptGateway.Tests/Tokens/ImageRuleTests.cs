using System.Text;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Tokens;

public sealed class ImageRuleTests
{
    /// <summary>The first three are the worked examples of OpenAI's guide on images.</summary>
    [Theory]
    [InlineData("gpt-4o", 1024, 1024, 765)]
    [InlineData("gpt-4o", 2048, 4096, 1105)]
    [InlineData("gpt-5.2", 1800, 2400, 1452)]
    [InlineData("gpt-5.2", 1024, 1024, 1024)]
    [InlineData("gpt-4.1-mini", 1024, 1024, 1659)]
    [InlineData("gpt-4o", 1, 1, 255)]
    [InlineData("gpt-4o", 512, 512, 255)]
    [InlineData("gpt-4o-mini", 1024, 1024, 25_501)]
    [InlineData("o3", 1024, 1024, 675)]
    [InlineData("gpt-5", 1024, 1024, 630)]
    [InlineData("claude-sonnet-4", 750, 1000, 1000)]
    [InlineData("claude-sonnet-4", 8000, 8000, 1600)]
    [InlineData("gemini-2.5-flash", 384, 384, 258)]
    [InlineData("gemini-2.5-flash", 1536, 800, 1032)]
    public void Tokens_OfASize_AreTheModels(string model, int width, int height, int tokens) =>
        ModelTokenRules.For(model).Image.Tokens(new ImageSize(width, height), ImageDetail.High).ShouldBe(tokens);

    [Fact]
    public void Tokens_LowDetail_IsTheBaseOfATileModel() =>
        ModelTokenRules.For("gpt-4o").Image.Tokens(new ImageSize(4000, 4000), ImageDetail.Low).ShouldBe(85);

    [Theory]
    [InlineData(1, 100_000_000)]
    [InlineData(100_000_000, 100_000_000)]
    public void Tokens_OfAnAbsurdSize_StayWithinTheBudget(int width, int height)
    {
        var size = new ImageSize(width, height);
        ModelTokenRules.For("gpt-5.2").Image.Tokens(size, ImageDetail.High).ShouldBeInRange(1, 1536);
        ModelTokenRules.For("gpt-4o").Image.Tokens(size, ImageDetail.High).ShouldBeInRange(255, 1445);
        ModelTokenRules.For("gpt-5.4").Image.Tokens(size, ImageDetail.Original).ShouldBeGreaterThan(0);
        ModelTokenRules.For("gemini-3").Image.Tokens(size, ImageDetail.High).ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("89504E470D0A1A0A0000000D49484452 000007D0 000003E8 0806", 2000, 1000)]
    [InlineData("474946383961 4001 F000 80", 320, 240)]
    [InlineData("FFD8 FFE0 0004 0000 FFC0 0011 08 0258 0320 03", 800, 600)]
    [InlineData("52494646 00000000 57454250 56503820 00000000 300100 9D012A 2003 5802 0000", 800, 600)]
    [InlineData("52494646 00000000 57454250 5650384C 00000000 2F 1FC39500 0000000000", 800, 600)]
    [InlineData("52494646 00000000 57454250 56503858 0A000000 10000000 1F0300 570200", 800, 600)]
    public void TryRead_HeaderOfAnImage_GivesItsSize(string hex, int width, int height)
    {
        var file = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        ImageSize.TryRead(file, out var size).ShouldBeTrue();
        size.ShouldBe(new ImageSize(width, height));
        ImageSize.TryRead(file.AsSpan(0, 9), out _).ShouldBeFalse();
    }

    [Fact]
    public void TryRead_RandomBytesAfterASignature_NeverThrows() =>
        FsCheckRuns.Thorough(seed =>
        {
            var random = new Random(seed);
            var file = new byte[random.Next(64)];
            random.NextBytes(file);
            byte[][] signatures =
            [
                [0xFF, 0xD8, 0xFF],
                [0x89, .. "PNG"u8],
                [.. "GIF89a"u8],
                [.. "RIFF1234WEBPVP8X"u8],
            ];
            var signature = signatures[random.Next(signatures.Length)];
            signature.AsSpan(0, Math.Min(signature.Length, file.Length)).CopyTo(file);
            if (ImageSize.TryRead(file, out var size))
                Math.Min(size.Width, size.Height).ShouldBeGreaterThan(0);
        });

    [Theory]
    [InlineData("image_url", "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image\\/png;base64,IMAGE\"}}", 765)]
    [InlineData("detail low", "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,IMAGE\",\"detail\":\"low\"}}", 85)]
    [InlineData("remote", "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://example.com/a.png\"}}", 765)]
    [InlineData("input_image", "{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,IMAGE\"}", 765)]
    public void Of_ImagePart_CountsTheImageBySizeAndNotItsBytes(string what, string part, int tokens)
    {
        var png = Convert.FromHexString("89504E470D0A1A0A0000000D494844520000040000000400" + new string('0', 20_000));
        var content = part.Replace("IMAGE", Convert.ToBase64String(png), StringComparison.Ordinal);
        var body = $$$"""{"messages":[{"role":"user","content":[{{{content}}}]}]}""";
        RequestTokenCount
            .Of(Encoding.UTF8.GetBytes(body), RequestFormat.ChatCompletions, "gpt-4o")
            .ShouldBe(new TokenEstimate(tokens + 7, Exact: false), what);
    }
}
