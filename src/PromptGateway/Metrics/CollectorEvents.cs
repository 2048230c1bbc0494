using System.Diagnostics.Tracing;
using System.Globalization;

namespace PromptGateway.Metrics;

/// <summary>What OpenTelemetry's exporter says when it fails: only to those who listen to its event source.</summary>
/// <param name="say">Gets a line for each failure, on the thread that exports.</param>
internal sealed class CollectorEvents(Action<string> say) : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private const int Longest = 300;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
            EnableEvents(eventSource, EventLevel.Warning);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        var text = string.Format(
            CultureInfo.InvariantCulture,
            eventData.Message ?? eventData.EventName ?? "",
            [.. eventData.Payload ?? []]
        );
        // An exception comes with its trace.
        var line = text.Split('\n')[0].TrimEnd();
        say(line.Length <= Longest ? line : line[..Longest]);
    }
}
