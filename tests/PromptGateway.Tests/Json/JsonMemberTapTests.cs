using System.Text;
using System.Text.Json;
using PromptGateway.Json;

namespace PromptGateway.Tests.Json;

public sealed class JsonMemberTapTests
{
    private static readonly string[] Names = ["usage", "model", "id", "error", "status"];
    private static readonly byte[][] Utf8Names = [.. Names.Select(Encoding.UTF8.GetBytes)];

    [Fact]
    public void Feed_ChatCompletion_KeepsWantedValuesRaw()
    {
        var json = """
            {"id":"chatcmpl-1","choices":[{"usage":1,"message":{"content":"\"usage\":{ } \\"}}],
            "usage" : {"prompt_tokens":1e400, "completion_tokens":2} , "model":"gpt \u00e9","status":null}
            """;
        Captured(json)
            .ShouldBe([
                ("usage", "{\"prompt_tokens\":1e400, \"completion_tokens\":2}"),
                ("model", "\"gpt \\u00e9\""),
                ("id", "\"chatcmpl-1\""),
                ("status", "null"),
            ]);
    }

    [Theory]
    [InlineData("\n\n \r\n\n{\"id\":1}", "Complete", "1")]
    [InlineData("{\"id\":1} trailing", "Complete", "1")]
    [InlineData("{\"id\":1,\"id\":[2]}", "Complete", "[2]")]
    [InlineData("{\"i\\u0064\":1}", "Complete", "1")]
    [InlineData("{\"\\u0069\\u0064\":-1.5e3 }", "Complete", "-1.5e3")]
    [InlineData("{\"i\\q\":1}", "Complete", null)]
    [InlineData("{\"ID\":1,\"idx\":2,\"\":3}", "Complete", null)]
    [InlineData("{}", "Complete", null)]
    [InlineData("{\"id\":\"cut", "Reading", null)]
    [InlineData("{\"id\":12", "Reading", null)]
    [InlineData("{\"id\":{\"a\":1}", "Reading", "{\"a\":1}")]
    [InlineData("", "Reading", null)]
    [InlineData("  \n", "Reading", null)]
    [InlineData("[{\"id\":1}]", "GaveUp", null)]
    [InlineData("<html>{\"id\":1}", "GaveUp", null)]
    [InlineData("\"id\"", "GaveUp", null)]
    [InlineData("{\"id\" 1}", "GaveUp", null)]
    [InlineData("{\"id\":,\"id\":1}", "GaveUp", null)]
    [InlineData("{\"a\":1,}", "GaveUp", null)]
    [InlineData("{,\"id\":1}", "GaveUp", null)]
    public void Feed_AnyBody_EndsInTheRightState(string json, string state, string? id)
    {
        foreach (var size in new[] { int.MaxValue, 1, 2, 3 })
        {
            using var tap = new JsonMemberTap(Utf8Names);
            Feed(tap, Encoding.UTF8.GetBytes(json), () => size);
            tap.State.ToString().ShouldBe(state);
            tap.TryGet("id"u8, out var value).ShouldBe(id is not null);
            Encoding.UTF8.GetString(value).ShouldBe(id ?? "");
        }
    }

    [Theory]
    [InlineData(98, false)]
    [InlineData(99, true)]
    public void Feed_ValueOverTheLimit_IsDroppedAndFlagged(int length, bool tooLong)
    {
        using var tap = new JsonMemberTap(Utf8Names, maxValueLength: 100);
        Feed(tap, Encoding.UTF8.GetBytes($"{{\"id\":1,\"error\":\"{new string('x', length)}\",\"model\":2}}"), () => 7);
        tap.State.ShouldBe(JsonTapState.Complete);
        tap.WasTooLong("error"u8).ShouldBe(tooLong);
        tap.TryGet("error"u8, out _).ShouldBe(!tooLong);
        tap.TryGet("id"u8, out var id).ShouldBeTrue();
        tap.TryGet("model"u8, out var model).ShouldBeTrue();
        (Encoding.UTF8.GetString(id), Encoding.UTF8.GetString(model)).ShouldBe(("1", "2"));
    }

    [Fact]
    public void Feed_LastDuplicateTooLong_DropsTheEarlierValueToo()
    {
        using var tap = new JsonMemberTap(Utf8Names, maxValueLength: 4);
        tap.Feed("{\"id\":1,\"id\":12345,\"usage\":null}"u8);
        (tap.TryGet("id"u8, out _), tap.WasTooLong("id"u8)).ShouldBe((false, true));
        tap.TryGet("usage"u8, out var usage).ShouldBeTrue();
        usage.SequenceEqual("null"u8).ShouldBeTrue();
    }

    [Fact]
    public void Feed_LongStringsAndArraysInPieces_FindsWhatFollows()
    {
        var json = Encoding.UTF8.GetBytes(
            $"{{\"data\":[{string.Join(',', Enumerable.Repeat("-0.0123456", 50_000))}],\"b64\":\"{new string('A', 500_000)}\",\"usage\":{{\"total\":5}}}}"
        );
        using var tap = new JsonMemberTap(Utf8Names);
        Feed(tap, json, () => 16 * 1024);
        tap.TryGet("usage"u8, out var usage).ShouldBeTrue();
        Encoding.UTF8.GetString(usage).ShouldBe("{\"total\":5}");
    }

    [Fact]
    public void Feed_RandomObjectAndSplits_KeepsWhatJsonDocumentReads() =>
        FsCheckRuns.Thorough(seed =>
        {
            var random = new Random(seed);
            var json = Encoding.UTF8.GetBytes(RandomJson.Object(seed, [.. Names, .. Names]));
            using var document = JsonDocument.Parse(json);
            using var tap = new JsonMemberTap(Utf8Names);
            Feed(tap, json, () => random.Next(1, random.Next(2, 40)));
            tap.State.ShouldBe(JsonTapState.Complete);
            foreach (var name in Names)
            {
                var isThere = document.RootElement.TryGetProperty(name, out var expected);
                tap.TryGet(Encoding.UTF8.GetBytes(name), out var value).ShouldBe(isThere);
                Encoding.UTF8.GetString(value).ShouldBe(isThere ? expected.GetRawText() : "");
            }
        });

    [Fact]
    public void Feed_RandomBytesAndSplits_NeverThrowsAndSplitsDoNotMatter() =>
        FsCheckRuns.Thorough(seed =>
        {
            var random = new Random(seed);
            var likely = "{}[]\"\\:, id1u\n"u8.ToArray();
            byte[] bytes =
            [
                .. random.Next(2) == 0 ? "{\""u8 : default,
                .. Enumerable
                    .Range(0, random.Next(80))
                    .Select(_ => random.Next(9) == 0 ? (byte)random.Next(256) : likely[random.Next(likely.Length)]),
            ];
            using var whole = new JsonMemberTap(Utf8Names, maxValueLength: 5);
            using var pieces = new JsonMemberTap(Utf8Names, maxValueLength: 5);
            whole.Feed(bytes);
            Feed(pieces, bytes, () => random.Next(1, 9));
            pieces.State.ShouldBe(whole.State);
            pieces.WasTooLong("id"u8).ShouldBe(whole.WasTooLong("id"u8));
            pieces.TryGet("id"u8, out var value).ShouldBe(whole.TryGet("id"u8, out var expected));
            value.SequenceEqual(expected).ShouldBeTrue();
        });

    private static List<(string, string)> Captured(string json)
    {
        using var tap = new JsonMemberTap(Utf8Names);
        tap.Feed(Encoding.UTF8.GetBytes(json));
        tap.State.ShouldBe(JsonTapState.Complete);
        var captured = new List<(string, string)>();
        foreach (var name in Names)
        {
            if (tap.TryGet(Encoding.UTF8.GetBytes(name), out var value))
                captured.Add((name, Encoding.UTF8.GetString(value)));
        }
        return captured;
    }

    private static void Feed(JsonMemberTap tap, byte[] bytes, Func<int> nextPiece)
    {
        for (var at = 0; at < bytes.Length; )
        {
            // A copy, so that reading outside the piece would not find the right bytes by luck.
            var piece = bytes.AsSpan(at, Math.Min(nextPiece(), bytes.Length - at)).ToArray();
            tap.Feed(piece);
            at += piece.Length;
        }
    }
}
