namespace PromptGateway.Tests.Deploy;

/// <summary>A container of the gateway as a manifest declares it.</summary>
/// <param name="Where">For messages.</param>
/// <param name="Environment">Names and literal values; what comes from a Secret has an example of it.</param>
/// <param name="Commands">Every command line in it, without the program: arguments, probes, health checks.</param>
/// <param name="Ports">Container ports by name.</param>
/// <param name="Paths">What its HTTP probes and scrapes ask for.</param>
internal sealed record GatewayContainer(
    string Where,
    Dictionary<string, string> Environment,
    List<string[]> Commands,
    Dictionary<string, long> Ports,
    List<string> Paths
)
{
    public override string ToString() => Where;

    public static GatewayContainer OfKubernetes(string where, object container)
    {
        var probes = new[] { "startupProbe", "readinessProbe", "livenessProbe" }.Select(name => container.At(name)).ToArray();
        foreach (var probe in probes)
            if (probe.At("httpGet", "port") is string named)
                Named(container).ShouldContainKey(named, $"{where}: a probe asks for a port that the container does not have");
        return new GatewayContainer(
            where,
            container.At("env").Each().ToDictionary(e => e.At("name").Text(), e => e.At("value").Text()),
            [
                Strings(container.At("args")),
                .. probes.Select(probe => Strings(probe.At("exec", "command"))).Where(command => command.Length > 0).Select(Program),
            ],
            Named(container),
            [.. probes.Select(probe => probe.At("httpGet", "path").Text()).Where(path => path.Length > 0)]
        );
    }

    /// <summary>The arguments after the one place where the program is.</summary>
    public static string[] Program(string[] command)
    {
        command[0].ShouldBe("/app/promptgateway");
        return command[1..];
    }

    public static string[] Strings(object? list) => [.. list.Each().Select(item => item.Text())];

    private static Dictionary<string, long> Named(object? container) =>
        container.At("ports").Each().ToDictionary(port => port.At("name").Text(), port => (long)port.At("containerPort")!);
}
