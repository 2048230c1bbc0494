using System.Text;
using System.Text.Json;
using PromptGateway.Json;

namespace PromptGateway.Tests.Json;

public sealed class JsonStringLiteralTests
{
    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("gpt-5", "\"gpt-5\"")]
    [InlineData("a\"b\\c/d", "\"a\\\"b\\\\c/d\"")]
    [InlineData("\n\r\t\b\f\u0000\u001f\u007f", "\"\\n\\r\\t\\b\\f\\u0000\\u001f\u007f\"")]
    [InlineData("\u4f60\U0001F600<&'>", "\"\u4f60\U0001F600<&'>\"")]
    public void Encode_Text_EscapesOnlyWhatMustBe(string text, string expected) =>
        Encoding.UTF8.GetString(JsonStringLiteral.Encode(text)).ShouldBe(expected);

    [Fact]
    public void Encode_RandomText_IsReadBackBySystemTextJson() =>
        FsCheckRuns.Thorough(seed =>
        {
            var random = new Random(seed);
            var text = string.Concat(
                Enumerable.Range(0, random.Next(40)).Select(_ => random.Next(3) == 0 ? (char)random.Next(0xD800) : (char)random.Next(128))
            );
            JsonSerializer.Deserialize<string>(JsonStringLiteral.Encode(text)).ShouldBe(text);
        });

    [Fact]
    public void Encode_HalfSurrogate_BecomesReplacementCharacter() =>
        JsonSerializer.Deserialize<string>(JsonStringLiteral.Encode("a\ud800b")).ShouldBe("a\uFFFDb");
}
