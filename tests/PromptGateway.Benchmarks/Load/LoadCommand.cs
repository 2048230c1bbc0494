using System.Globalization;

namespace PromptGateway.Benchmarks.Load;

/// <summary>
/// <c>load</c>: the gateway beside bare YARP, in one run on one machine. Each scenario is measured on both in turn, several rounds; what counts is
/// the ratio of CPU time per request or per streamed chunk, which moves least with noise. Loopback only, every loop is bounded.
/// </summary>
internal static class LoadCommand
{
    private const int WarmUpSeconds = 15;

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3;
        await using var upstream = await MockUpstream.StartAsync();
        using var yarp = MeasuredProcess.StartYarp(upstream.Port);
        using var gateway = MeasuredProcess.StartGateway(upstream.Port);
        foreach (var target in (MeasuredProcess[])[yarp, gateway])
        {
            await target.WaitUntilReadyAsync();
            foreach (var scenario in Scenario.All)
                await LoadGenerator.RunAsync(target.Port, scenario, TimeSpan.FromSeconds(WarmUpSeconds / (double)Scenario.All.Length));
        }
        Console.WriteLine($"{rounds} rounds, median of the ratios; CPU microseconds of the process, user and system");
        Console.WriteLine($"{"scenario", -34}{"bare YARP", 12}{"gateway", 12}{"ratio", 8}");
        foreach (var scenario in Scenario.All)
            await CompareAsync(scenario, yarp, gateway, rounds);
        return 0;
    }

    private static async Task CompareAsync(Scenario scenario, MeasuredProcess yarp, MeasuredProcess gateway, int rounds)
    {
        var measured = new List<(double Yarp, double Gateway)>();
        for (var i = 0; i < rounds; i++)
            measured.Add((await MeasureAsync(scenario, yarp), await MeasureAsync(scenario, gateway)));
        var ratio = Median(measured.Select(m => m.Gateway / m.Yarp));
        Console.WriteLine(
            $"{scenario.Name, -34}{Median(measured.Select(m => m.Yarp)), 12:F1}{Median(measured.Select(m => m.Gateway)), 12:F1}{ratio, 8:F2}"
        );
    }

    private static async Task<double> MeasureAsync(Scenario scenario, MeasuredProcess target)
    {
        var before = target.ProcessorTime;
        var units = await LoadGenerator.RunAsync(target.Port, scenario, TimeSpan.FromSeconds(3));
        return (target.ProcessorTime - before).TotalMicroseconds / Math.Max(1, units);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
