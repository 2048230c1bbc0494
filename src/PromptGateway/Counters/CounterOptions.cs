using Microsoft.Extensions.Options;

namespace PromptGateway.Counters;

/// <summary>The section <c>Counters</c>: how replicas share limits and budgets. Without PostgreSQL it is not looked at.</summary>
internal sealed class CounterOptions
{
    /// <summary>How long a replica may admit requests from a lease without hearing from the database. Default 10 s.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a request waits for the database before the policy for a failed store decides. Default 300 ms.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// How long after the end of its lease a silent replica's share of a budget comes back: its calls must be over by then. Default 10 min.
    /// </summary>
    public TimeSpan AbandonAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What a budget with <c>fail_open</c> lets each replica spend beyond its lease, as a share of its amount. Default 0.05.</summary>
    public double FailOpenShare { get; init; } = 0.05;

    /// <exception cref="OptionsValidationException">Holds every mistake of the section.</exception>
    public static CounterOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection("Counters").Get<CounterOptions>(b => b.ErrorOnUnknownConfiguration = true) ?? new();
        var errors = options.Validate().ToList();
        return errors.Count == 0 ? options : throw new OptionsValidationException("Counters", typeof(CounterOptions), errors);
    }

    private IEnumerable<string> Validate()
    {
        if (Lease < TimeSpan.FromSeconds(1) || Lease > TimeSpan.FromMinutes(10))
            yield return $"Counters:Lease is {Lease}, expected from 00:00:01 to 00:10:00";
        if (Timeout < TimeSpan.FromMilliseconds(10) || Timeout >= Lease)
            yield return $"Counters:Timeout is {Timeout}, expected at least 00:00:00.01 and less than Counters:Lease";
        if (AbandonAfter < TimeSpan.Zero || AbandonAfter > TimeSpan.FromDays(1))
            yield return $"Counters:AbandonAfter is {AbandonAfter}, expected up to 1.00:00:00";
        if (FailOpenShare is not (>= 0 and <= 1))
            yield return $"Counters:FailOpenShare is {FailOpenShare}, expected from 0 to 1";
    }
}
