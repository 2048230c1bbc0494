using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace PromptGateway.Tests.Deploy;

/// <summary>What is below <c>deploy</c>, as it reaches a cluster or a machine.</summary>
internal static partial class Manifests
{
    public static readonly string[] ValueSets = ["", .. Directory.GetFiles(RepositoryFiles.Of("deploy", "helm", "examples")).Order()];

    private static readonly ConcurrentDictionary<string, string> Kustomized = new();

    [GeneratedRegex(@"^Environment=(\w+)=(.*)$", RegexOptions.Multiline)]
    private static partial Regex UnitVariable();

    /// <summary>The resources that <c>kubectl apply -k</c> would apply.</summary>
    public static List<Dictionary<string, object?>> Kustomize(string folder) =>
        [.. YamlFile.All(Kustomized.GetOrAdd(folder, KubernetesTools.Kustomize)).Cast<Dictionary<string, object?>>()];

    /// <summary>All resources of Kubernetes: the Kustomize bases, and the chart with each documented set of values.</summary>
    public static IEnumerable<(string Where, Dictionary<string, object?> Resource)> Resources() =>
        new[] { "ingress", "ingress-volumes", "sidecar-example" }
            .SelectMany(folder => Kustomize(RepositoryFiles.Of("deploy", "kubernetes", folder)).Select(resource => (folder, resource)))
            .Concat(
                ValueSets.SelectMany(set =>
                    RenderedChart.Of(set.Length == 0 ? null : File.ReadAllText(set)).Select(r => ($"chart {Path.GetFileName(set)}", r))
                )
            );

    public static IEnumerable<(string Where, object Pod)> Pods() =>
        Resources().Where(r => IsWorkload(r.Resource)).Select(r => (r.Where, r.Resource.At("spec", "template", "spec")!));

    /// <summary>What makes pods.</summary>
    public static bool IsWorkload(Dictionary<string, object?> resource) => resource["kind"].Text() is "Deployment" or "StatefulSet";

    public static object Compose => YamlFile.Map(RepositoryFiles.Read("deploy", "compose", "compose.yaml"));

    public static string Unit => RepositoryFiles.Read("deploy", "systemd", "promptgateway.service");

    /// <summary>Every place that starts a gateway.</summary>
    public static List<GatewayContainer> Gateways()
    {
        var kubernetes = Pods()
            .SelectMany(p => p.Pod.At("containers").Each().Concat(p.Pod.At("initContainers").Each()).Select(c => (p.Where, Container: c!)))
            .Where(c => c.Container.At("image").Text().StartsWith("promptgateway", StringComparison.Ordinal))
            .Select(c => GatewayContainer.OfKubernetes(c.Where, c.Container));
        return [.. kubernetes, OfCompose(), OfImage(), OfUnit()];
    }

    private static GatewayContainer OfCompose()
    {
        var service = Compose.At("services", "gateway")!;
        return new GatewayContainer(
            "compose",
            ((Dictionary<string, object?>)service.At("environment")!).ToDictionary(e => e.Key, e => Interpolated(e.Value.Text())),
            [
                GatewayContainer.Strings(service.At("command")),
                GatewayContainer.Program(GatewayContainer.Strings(service.At("healthcheck", "test"))[1..]),
            ],
            service.At("ports").Each().Select(port => port.Text().Split(':')).ToDictionary(port => port[1], port => long.Parse(port[^1])),
            []
        );
    }

    private static GatewayContainer OfImage()
    {
        var image = DockerFile.Read();
        return new GatewayContainer("Dockerfile", image.Environment, [image.Command, image.HealthCheck], [], []);
    }

    private static GatewayContainer OfUnit() =>
        new(
            "systemd",
            UnitVariable().Matches(Unit).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value),
            [Regex.Match(Unit, @"^ExecStart=/usr/local/bin/promptgateway (.*)$", RegexOptions.Multiline).Groups[1].Value.Split(' ')],
            [],
            []
        );

    /// <summary><c>${NAME:-standard}</c> without <c>NAME</c>.</summary>
    private static string Interpolated(string text) => Regex.Replace(text, @"\$\{\w+:-([^}]*)\}", "$1");
}
