using System.Text;
using System.Text.Json;
using PromptGateway.Logging;
using Serilog;

namespace PromptGateway.Tests.Logging;

public sealed class JsonLineSinkTests
{
    [Fact]
    public void Emit_OutputThatIsStuck_NeitherWaitsNorGrows()
    {
        using var output = new StuckOutput();
        var sink = NewSink(output, capacity: 10);
        using var logger = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();

        logger.Information("first");
        output.Reached.Wait();
        for (var i = 0; i < 1000; i++)
            logger.Information("more");

        sink.Dropped.ShouldBe(990);
        output.Release();
        sink.Dispose();
        var lines = output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(12);
        lines.ShouldContain(line => JsonElement.Parse(line).GetProperty("message").GetString()!.StartsWith("990 log lines were dropped"));
    }

    [Fact]
    public void Emit_OutputThatHasGone_LosesTheLinesOnly()
    {
        using var output = new GoneOutput();
        var sink = NewSink(output, capacity: 10);
        using var logger = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();

        logger.Information("lost");
        sink.Dispose();

        sink.Dropped.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Emit_ValueThatCannotBeWritten_DoesNotEndTheLog()
    {
        using var output = new MemoryStream();
        var sink = NewSink(output, capacity: 10);
        using var logger = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();

        logger.Write(
            new Serilog.Events.LogEvent(
                DateTimeOffset.UnixEpoch,
                Serilog.Events.LogEventLevel.Error,
                new UnprintableException(),
                Serilog.Events.MessageTemplate.Empty,
                []
            )
        );
        logger.Information("after");
        sink.Dispose();

        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        lines[0].ShouldContain("could not be written");
        lines[1].ShouldContain("after");
    }

    private static JsonLineSink NewSink(Stream output, int capacity) =>
        new(output, new EventMask(new SecretMask()), TimeProvider.System, capacity);

    private sealed class UnprintableException : Exception
    {
        public override string ToString() => throw new NotSupportedException();
    }

    private sealed class StuckOutput : MemoryStream
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim Reached { get; } = new();
        public string Text => Encoding.UTF8.GetString(ToArray());

        public void Release() => _released.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Reached.Set();
            await _released.Task;
            Write(buffer.Span);
        }

        protected override void Dispose(bool disposing)
        {
            Reached.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class GoneOutput : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            buffer.IsEmpty ? default : throw new IOException("Broken pipe");
    }
}
