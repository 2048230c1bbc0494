using System.Buffers;

namespace PromptGateway.Metrics;

/// <summary>
/// One scrape at a time: whoever asks while one is under way gets that one's result, so that a crowd of scrapers costs what one does.
/// </summary>
internal sealed class PrometheusScrape(PrometheusExporter exporter)
{
    private readonly Lock _gate = new();
    private Task<ReadOnlyMemory<byte>>? _running;
    private int _lastLength = 16 * 1024;

    /// <exception cref="InvalidOperationException">The SDK could not collect.</exception>
    public Task<ReadOnlyMemory<byte>> Run()
    {
        lock (_gate)
            return _running ??= Task.Run(Collect);
    }

    private ReadOnlyMemory<byte> Collect()
    {
        try
        {
            var output = new ArrayBufferWriter<byte>(_lastLength + 1024);
            exporter.Output = output;
            if (exporter.Collect?.Invoke(Timeout.Infinite) != true)
                throw new InvalidOperationException("The metrics could not be collected; is the gateway shutting down?");
            _lastLength = output.WrittenCount;
            return output.WrittenMemory;
        }
        finally
        {
            exporter.Output = null;
            lock (_gate)
                _running = null;
        }
    }
}
