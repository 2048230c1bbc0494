using System.Buffers;

namespace PromptGateway.Metrics;

/// <summary>
/// One scrape at a time: whoever asks while one is under way gets that one's result, so that a crowd of scrapers costs what one does.
/// </summary>
internal sealed class PrometheusScrape(PrometheusExporter exporter)
{
    private readonly Lock _gate = new();
    private readonly Lock _collecting = new();

    /// <summary>The scrape under way in the text format, and in OpenMetrics.</summary>
    private readonly Task<ReadOnlyMemory<byte>>?[] _running = new Task<ReadOnlyMemory<byte>>?[2];
    private int _lastLength = 16 * 1024;

    /// <exception cref="InvalidOperationException">The SDK could not collect.</exception>
    public Task<ReadOnlyMemory<byte>> Run(bool openMetrics = false)
    {
        lock (_gate)
            return _running[IndexOf(openMetrics)] ??= Task.Run(() => Collect(openMetrics));
    }

    private static int IndexOf(bool openMetrics) => openMetrics ? 1 : 0;

    private ReadOnlyMemory<byte> Collect(bool openMetrics)
    {
        try
        {
            lock (_collecting)
                return Write(openMetrics);
        }
        finally
        {
            lock (_gate)
                _running[IndexOf(openMetrics)] = null;
        }
    }

    private ReadOnlyMemory<byte> Write(bool openMetrics)
    {
        try
        {
            var output = new ArrayBufferWriter<byte>(_lastLength + 1024);
            (exporter.Output, exporter.OpenMetrics) = (output, openMetrics);
            if (exporter.Collect?.Invoke(Timeout.Infinite) != true)
                throw new InvalidOperationException("The metrics could not be collected; is the gateway shutting down?");
            _lastLength = output.WrittenCount;
            return output.WrittenMemory;
        }
        finally
        {
            exporter.Output = null;
        }
    }
}
