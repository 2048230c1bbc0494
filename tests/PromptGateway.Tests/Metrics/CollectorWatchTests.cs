using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using PromptGateway.Metrics;
using PromptGateway.Tests.Keys;

namespace PromptGateway.Tests.Metrics;

[Collection("Tracing")]
public sealed class CollectorWatchTests
{
    [Fact]
    public void Events_CollectorThatIsNotThere_AreALineWithItsAddress()
    {
        var said = new List<string>();
        using var events = new CollectorEvents(line =>
        {
            lock (said)
                said.Add(line);
        });
        using var exporter = new OtlpTraceExporter(
            new OtlpExporterOptions { Endpoint = new Uri("http://127.0.0.1:1/v1/traces"), Protocol = OtlpExportProtocol.HttpProtobuf }
        );
        using var activity = new Activity("test").Start();

        exporter.Export(new Batch<Activity>([activity], 1)).ShouldBe(ExportResult.Failure);

        lock (said)
            said.ShouldContain(line => line.Contains("127.0.0.1:1") && !line.Contains('\n'));
    }

    [Fact]
    public void Failed_AgainAndAgain_IsSaidOnceInFiveMinutes()
    {
        using var log = new CapturedLog();
        var clock = new TestClock();
        using var watch = new CollectorWatch(new MetricsOptions(), clock, log.CreateLogger<CollectorWatch>());

        watch.Failed("no route");
        watch.Failed("no route");
        clock.Advance(CollectorWatch.Pause);
        watch.Failed("refused");

        log.Lines.Count.ShouldBe(2);
        log.Lines.Last().Text.ShouldContain("refused");
    }
}
