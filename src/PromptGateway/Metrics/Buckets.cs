using System.Diagnostics.Metrics;

namespace PromptGateway.Metrics;

/// <summary>Upper bounds of histogram buckets. Those of <c>gen_ai.*</c> are Envoy AI Gateway's, so that its dashboards fit.</summary>
internal static class Buckets
{
    /// <summary>Tokens.</summary>
    public static readonly InstrumentAdvice<long> TokenUsage = new()
    {
        HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    };

    /// <summary>Seconds.</summary>
    public static readonly InstrumentAdvice<double> RequestDuration = Seconds([
        0.01,
        0.02,
        0.04,
        0.08,
        0.16,
        0.32,
        0.64,
        1.28,
        2.56,
        5.12,
        10.24,
        20.48,
        40.96,
        81.92,
    ]);

    /// <summary>Seconds.</summary>
    public static readonly InstrumentAdvice<double> TimeToFirstToken = Seconds([
        0.001,
        0.005,
        0.01,
        0.02,
        0.04,
        0.06,
        0.08,
        0.1,
        0.25,
        0.5,
        0.75,
        1,
        2.5,
        5,
        7.5,
        10,
        15,
        20,
        30,
        45,
        60,
    ]);

    /// <summary>Seconds.</summary>
    public static readonly InstrumentAdvice<double> TimePerOutputToken = Seconds([
        0.01,
        0.025,
        0.05,
        0.075,
        0.1,
        0.15,
        0.2,
        0.3,
        0.4,
        0.5,
        0.75,
        1,
        2.5,
    ]);

    /// <summary>Seconds: 50 microseconds to 250 milliseconds.</summary>
    public static readonly InstrumentAdvice<double> Overhead = Seconds([
        0.00005,
        0.0001,
        0.00025,
        0.0005,
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
    ]);

    /// <summary>Seconds: 1 millisecond to a minute.</summary>
    public static readonly InstrumentAdvice<double> QueueWait = Seconds([
        0.001,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1,
        2.5,
        5,
        10,
        30,
        60,
    ]);

    private static InstrumentAdvice<double> Seconds(double[] bounds) => new() { HistogramBucketBoundaries = bounds };
}
