namespace PromptGateway.Forwarding;

/// <summary>How the gateway treats connections to upstreams and open streams.</summary>
internal sealed class ForwardingOptions
{
    /// <summary>Time to connect, TLS included. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After this a connection is closed when idle, so that DNS changes of a provider are noticed. Default 10 min.</summary>
    public TimeSpan ConnectionLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>After SIGTERM open answers may run this long; then streams get an error event. Default 25 s.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(25);

    public IEnumerable<string> Validate()
    {
        if (ConnectTimeout <= TimeSpan.Zero || ConnectTimeout > TimeSpan.FromMinutes(5))
            yield return $"Forwarding:ConnectTimeout is {ConnectTimeout}, expected up to 00:05:00";
        if (ConnectionLifetime < TimeSpan.FromSeconds(1))
            yield return $"Forwarding:ConnectionLifetime is {ConnectionLifetime}, expected at least 00:00:01";
        if (DrainTimeout < TimeSpan.Zero || DrainTimeout > TimeSpan.FromHours(1))
            yield return $"Forwarding:DrainTimeout is {DrainTimeout}, expected up to 01:00:00";
    }
}
