using System.Buffers;
using System.Text;
using PromptGateway.Sse;

namespace PromptGateway.Tests.Sse;

public sealed class SseWriterTests
{
    [Theory]
    [InlineData("", "{}", "data: {}\n\n")]
    [InlineData("ping", "{}", "event: ping\ndata: {}\n\n")]
    [InlineData("", "", "data: \n\n")]
    [InlineData("e", "a\nb\r\nc\rd\n", "event: e\ndata: a\ndata: b\ndata: c\ndata: d\ndata: \n\n")]
    public void WriteEvent_NameAndData_WritesLinesAndBlankLine(string name, string data, string expected) =>
        Written(writer => SseWriter.WriteEvent(writer, Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(data))).ShouldBe(expected);

    [Fact]
    public void Write_FixedEvents_AreAsClientsExpect()
    {
        Written(SseWriter.WriteDone).ShouldBe("data: [DONE]\n\n");
        Written(SseWriter.WritePing).ShouldBe(": ping\n\n");
        Written(writer => SseWriter.WriteComment(writer, "upstream is busy"u8)).ShouldBe(": upstream is busy\n\n");
        Written(writer => SseWriter.WriteData(writer, "x"u8)).ShouldBe("data: x\n\n");
    }

    [Fact]
    public void WriteEvent_NameWithLineBreak_Throws()
    {
        Should.Throw<ArgumentException>(() => SseWriter.WriteEvent(new ArrayBufferWriter<byte>(), "a\nb"u8, default));
        Should.Throw<ArgumentException>(() => SseWriter.WriteComment(new ArrayBufferWriter<byte>(), "a\rb"u8));
    }

    [Fact]
    public void WriteEvent_AnyData_IsOneContiguousWriteThatReadsBack() =>
        FsCheckRuns.Thorough(seed =>
        {
            var random = new Random(seed);
            var data = string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => "a: \n\u4f60"[random.Next(5)]));
            var writer = new ArrayBufferWriter<byte>();
            SseWriter.WriteEvent(writer, "name"u8, Encoding.UTF8.GetBytes(data));
            var read = SseReadThrough.Run(writer.WrittenSpan.ToArray(), () => int.MaxValue).Events;
            read.ShouldBe([new SseReadThrough.Event("name", data, "", true)]);
        });

    private static string Written(Action<IBufferWriter<byte>> write)
    {
        var writer = new ArrayBufferWriter<byte>();
        write(writer);
        return Encoding.UTF8.GetString(writer.WrittenSpan);
    }
}
