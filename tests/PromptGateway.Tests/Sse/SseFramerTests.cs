using System.Net.ServerSentEvents;
using System.Text;
using PromptGateway.Sse;

namespace PromptGateway.Tests.Sse;

public sealed class SseFramerTests
{
    [Theory]
    [InlineData("data: {\"a\":1}\n\n", "|{\"a\":1}")]
    [InlineData("data:x\n\ndata:  y\n\n", "|x", "| y")]
    [InlineData("data: x\r\n\r\ndata: y\r\rdata: z\n\r\ndata: w\r\n\n", "|x", "|y", "|z", "|w")]
    [InlineData("event: a\ndata: x\n\nevent: b\ndata: y\n\ndata: z\n\n", "a|x", "b|y", "|z")]
    [InlineData("data: x\nevent: a\nevent: b\n\n", "b|x")]
    [InlineData("data: one\ndata\ndata:\ndata: two\n\n", "|one\n\n\ntwo")]
    [InlineData(": comment\n\n\n\ndata: x\n\n: OPENROUTER PROCESSING\r\n\r\n", "|x")]
    [InlineData(": comment\ndata: x\nother: 1\nretry: 5\n\n", "|x")]
    [InlineData("data\n\n", "|")]
    [InlineData("\uFEFFdata: x\n\n\uFEFFdata: y\n\n", "|x")]
    [InlineData("\uFEFF\ndata: x\n\n", "|x")]
    [InlineData("event: a\n\ndata: x\n\n", "|x")]
    [InlineData(" data: x\n\nDATA: y\n\ndata : z\n\n")]
    [InlineData("data: a:b: c\n\n", "|a:b: c")]
    [InlineData("\n\n\r\r\r\n")]
    [InlineData("")]
    public void TryNext_Stream_GivesItsEvents(string stream, params string[] expected) => EventsAtEverySplit(stream).ShouldBe(expected);

    [Theory]
    [InlineData("data: x\n\ndata: y\n", "|x", "|y (cut)")]
    [InlineData("data: x\n\ndata: y", "|x", "|y (cut)")]
    [InlineData("\uFEFFevent: e\r\ndata: y\r\n", "e|y (cut)")]
    [InlineData("\uFEFFdata: y", "|y (cut)")]
    [InlineData("data: x\n\n: bye", "|x")]
    public void TryFinish_WithoutLastBlankLine_GivesTheRestFlagged(string stream, params string[] expected) =>
        EventsAtEverySplit(stream).ShouldBe(expected);

    [Fact]
    public void TryNext_BareReturnsAtTheEndOfARead_GivesTheEventAtOnce()
    {
        var framer = new SseFramer();
        var offset = 0;
        framer.TryNext("data: x\r\r"u8, ref offset, out var range).ShouldBeTrue();
        (range.Length, offset).ShouldBe((9, 9));
        offset = 0;
        framer.TryNext("\ndata: y\n\n"u8, ref offset, out range).ShouldBeTrue();
        (range.IsBlank, offset).ShouldBe((true, 1));
        framer.TryNext("\ndata: y\n\n"u8, ref offset, out range).ShouldBeTrue();
        (range.Start, range.Length).ShouldBe((1, 9));
    }

    [Fact]
    public void TryNext_LineOfMegabytesInSmallReads_IsFoundWhole()
    {
        var stream = Encoding.UTF8.GetBytes("data: " + new string('x', 2_000_000) + "\r\n\r\ndata: y\n\n");
        var framer = new SseFramer();
        var offset = 0;
        var reads = 0;
        SseEventRange range;
        for (var length = 0; !framer.TryNext(stream.AsSpan(0, Math.Min(length, stream.Length)), ref offset, out range); length += 16 * 1024)
            reads++;
        (range.Length, range.OnlyLineLength, range.Lines).ShouldBe((2_000_010, 2_000_006, 1));
        reads.ShouldBeGreaterThan(100);
        framer.TryNext(stream, ref offset, out range).ShouldBeTrue();
        (range.Start, range.Length).ShouldBe((2_000_010, 9));
    }

    [Fact]
    public void TryNext_SplitInsideUtf8Sequence_KeepsTheText() =>
        EventsAtEverySplit("data: \u4f60\u597d \U0001F600\n\n").ShouldBe(["|\u4f60\u597d \U0001F600"]);

    [Fact]
    public void TryNext_RandomStreamAndSplits_GivesTheSameEventsAndAllBytes() =>
        FsCheckRuns.Thorough(seed =>
        {
            var random = new Random(seed);
            var stream = RandomStream(random);
            var whole = SseReadThrough.Run(stream, () => int.MaxValue);
            var pieces = SseReadThrough.Run(stream, () => random.Next(1, random.Next(2, 30)));
            pieces.Events.ShouldBe(whole.Events);
            whole.Passed.ShouldBe(stream);
            pieces.Passed.ShouldBe(stream);
        });

    /// <summary>SseParser keeps the name of an event without data for the next one, which the standard does not; so names come with data.</summary>
    [Fact]
    public void TryNext_RandomStream_GivesWhatSseParserGives() =>
        FsCheckRuns.Thorough(seed =>
        {
            byte[] stream = [.. RandomStream(new Random(seed), namedData: true), .. "\n\n"u8];
            var events = SseReadThrough.Run(stream, () => int.MaxValue).Events;
            var expected = SseParser
                .Create(new MemoryStream(stream))
                .Enumerate()
                .Select(e => (e.EventType.Length == 0 ? "message" : e.EventType, e.Data));
            events.Select(e => (e.Name.Length == 0 ? "message" : e.Name, e.Data)).ShouldBe(expected);
        });

    /// <summary>Lines of all kinds in any order, with mixed terminators.</summary>
    private static byte[] RandomStream(Random random, bool namedData = false)
    {
        string[] lines =
        [
            "data: {\"a\":1}",
            "data:x",
            "data",
            "data:",
            namedData ? "event: ping\ndata: y" : "event: ping",
            namedData ? "event:\ndata: y" : "event:",
            "id: 7",
            ": c",
            ":",
            "x: y",
            "data: \u4f60\U0001F600",
            "",
            "",
            "",
        ];
        string[] ends = ["\n", "\r", "\r\n"];
        var one = random.Next(6);
        var text = new StringBuilder(random.Next(5) == 0 ? "\uFEFF" : "");
        for (var i = random.Next(25); i > 0; i--)
            text.Append(lines[random.Next(lines.Length)]).Append(ends[one < ends.Length ? one : random.Next(ends.Length)]);
        if (random.Next(3) == 0)
            text.Append("data: cut");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static List<string> EventsAtEverySplit(string stream)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        var expected = SseReadThrough.Run(bytes, () => int.MaxValue);
        for (var first = 1; first <= bytes.Length; first++)
        {
            var pieces = new Queue<int>([first]);
            var split = SseReadThrough.Run(bytes, () => pieces.TryDequeue(out var piece) ? piece : int.MaxValue);
            split.Events.ShouldBe(expected.Events);
            split.Passed.ShouldBe(bytes);
        }
        SseReadThrough.Run(bytes, () => 1).Events.ShouldBe(expected.Events);
        return [.. expected.Events.Select(e => $"{e.Name}|{e.Data}{(e.IsTerminated ? "" : " (cut)")}")];
    }
}
