using System.Text;
using System.Text.Json;
using PromptGateway.Prompts.Optimization;

namespace PromptGateway.Tests.Prompts;

public sealed class ContentKindsTests
{
    [Theory]
    [InlineData("{ \"a\": 1 }", "json")]
    [InlineData("\n [1, 2]", "json")]
    [InlineData("[12:00:01] started\n[12:00:02] stopped\n", "log")]
    [InlineData("2026-11-21T10:00:00Z INFO a\n2026-11-21T10:00:01Z INFO b\n", "log")]
    [InlineData("<html><body>", "markup")]
    [InlineData("def f(x):\n    return x\n", "code")]
    [InlineData("Some words about nothing.", "text")]
    [InlineData("", "text")]
    public void Kind_OfAText_IsToldByItsBeginning(string text, string kind) =>
        ContentKinds.Of(JsonSerializer.SerializeToUtf8Bytes(text)).ShouldBe(kind);

    [Theory]
    [InlineData("")]
    [InlineData("{\"role\":\"user\"}")]
    [InlineData("[1]")]
    public void Kind_OfWhatIsNoText_IsStructure(string json) => ContentKinds.Of(Encoding.UTF8.GetBytes(json)).ShouldBe("structure");

    [Fact]
    public void Kind_OfAnyBytes_NeverThrows() =>
        FsCheckRuns.Usual(seed =>
        {
            var random = new Random(seed);
            var bytes = new byte[random.Next(5000)];
            random.NextBytes(bytes);
            if (bytes.Length > 0)
                bytes[0] = (byte)'"';
            ContentKinds.Of(bytes).ShouldNotBeEmpty();
        });
}
