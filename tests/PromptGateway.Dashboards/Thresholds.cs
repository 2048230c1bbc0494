namespace PromptGateway.Dashboards;

/// <summary>The colours of a value. Green is good; blue says that a value is neither good nor bad.</summary>
internal static class Thresholds
{
    public static readonly Threshold[] Neutral = [new("blue", null)];

    /// <summary>The more, the worse.</summary>
    public static Threshold[] Above(double yellow, double red) => [new("green", null), new("yellow", yellow), new("red", red)];

    /// <summary>The less, the worse.</summary>
    public static Threshold[] Below(double yellow, double red) => [new("red", null), new("yellow", red), new("green", yellow)];
}
