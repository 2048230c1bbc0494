using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Cli;
using PromptGateway.Configuration;
using PromptGateway.Forwarding;
using PromptGateway.Hosting;
using PromptGateway.Routing;

namespace PromptGateway.Tests.Deploy;

/// <summary>Holds the manifests to what the program has, and to what they promise.</summary>
public sealed class ManifestTests
{
    private static readonly List<GatewayContainer> Gateways = Manifests.Gateways();

    public static TheoryData<string> Files =>
        [
            .. RepositoryFiles
                .Below("deploy", "*.y*ml")
                .Where(file => !file.Contains("/templates/", StringComparison.Ordinal))
                .Select(file => Path.GetRelativePath(RepositoryFiles.Root, file)),
        ];

    [Theory]
    [MemberData(nameof(Files))]
    public void File_OfYaml_Parses(string file) => YamlFile.All(RepositoryFiles.Read(file)).ShouldNotBeEmpty();

    [Fact]
    public void Resources_OfEveryBaseAndValueSet_HaveOnlyFieldsOfTheirKind()
    {
        var fields = new KubernetesFields();
        foreach (var (where, resource) in Manifests.Resources())
            if (resource["kind"].Text() != "ServiceMonitor")
                fields.Check(resource).ShouldBeEmpty(where);
            else
                resource["spec"].ShouldBeOfType<Dictionary<string, object?>>().Keys.ShouldBe(["selector", "endpoints"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("spec.replicas: \"2\"", "expected number")]
    [InlineData("spec.replica: 2", "unknown field")]
    public void KubernetesFields_OfAWrongResource_Complain(string change, string error)
    {
        var deployment = Manifests
            .Kustomize(RepositoryFiles.Of("deploy", "kubernetes", "ingress"))
            .Single(r => r["kind"].Text() == "Deployment");
        var (name, value) = (change.Split(": ")[0].Split('.')[1], YamlFile.Map("v: " + change.Split(": ")[1])["v"]);
        ((Dictionary<string, object?>)deployment["spec"]!)[name] = value;

        new KubernetesFields().Check(deployment).ShouldHaveSingleItem().ShouldContain(error);
    }

    [Fact]
    public void Kustomizations_EveryFileInTheFolder_IsNamedAndIsThere()
    {
        foreach (var file in RepositoryFiles.Below("deploy/kubernetes", "kustomization.yaml"))
        {
            var text = File.ReadAllText(file);
            var folder = Path.GetDirectoryName(file)!;
            foreach (var other in Directory.GetFiles(folder).Select(Path.GetFileName).Where(n => n != "kustomization.yaml"))
                if (!other!.Contains(".example.", StringComparison.Ordinal))
                    text.ShouldContain("- " + (other == "sidecar.yaml" ? "path: " : "") + other);
            foreach (var resource in YamlFile.Map(text).GetValueOrDefault("resources").Each())
                Path.Exists(Path.Combine(folder, resource.Text())).ShouldBeTrue(resource.Text());
        }
    }

    [Fact]
    public void Containers_OfTheGateway_AreFoundEverywhere() =>
        Gateways.Select(g => g.Where).Distinct().Count().ShouldBe(3 + Manifests.ValueSets.Length + 3);

    [Fact]
    public void Environment_OfEveryContainer_IsReadByTheProgramAndFits()
    {
        foreach (var gateway in Gateways)
        {
            var sources = new ConfigurationSources
            {
                ConfigPath = Path.GetTempPath() + Guid.NewGuid(),
                Environment = gateway.Environment.GetValueOrDefault,
                VariableNames = () => gateway.Environment.Keys,
            };
            var known = PromisedVariables.All.Select(variable => variable.Name).ToHashSet();
            foreach (var name in gateway.Environment.Keys)
                (
                    known.Contains(name)
                    || known.Contains(name.Replace(PromisedVariables.FileSuffix, "", StringComparison.Ordinal))
                    || name.StartsWith(ConfigurationSources.EnvironmentPrefix, StringComparison.Ordinal)
                    || name.StartsWith("DOTNET_", StringComparison.Ordinal)
                    || name == "PATH"
                ).ShouldBeTrue($"{gateway}: nothing reads {name}");
            ConfigurationCheck
                .Run(LoadedConfiguration.From(sources), routing: null)
                .Where(error => !error.Contains(sources.ConfigPath!, StringComparison.Ordinal))
                // The files of secrets are those of a cluster.
                .Where(error => !error.Contains("/run/secrets/", StringComparison.Ordinal))
                .ShouldBeEmpty(gateway.Where);
        }
    }

    [Fact]
    public void Commands_OfEveryContainer_AreUnderstood()
    {
        var root = RootCommands.Create();
        foreach (var gateway in Gateways)
        foreach (var command in gateway.Commands)
        {
            command.ShouldNotBeEmpty(gateway.Where);
            root.Parse(command).Errors.ShouldBeEmpty($"{gateway}: {string.Join(' ', command)}");
        }
    }

    [Fact]
    public void Ports_OfEveryContainer_AreThoseThatItListensOn()
    {
        foreach (var gateway in Gateways.Where(g => g.Ports.Count > 0))
            gateway
                .Ports.Values.Order()
                .ShouldBe(
                    new[] { "PROMPTGATEWAY_URLS", "PROMPTGATEWAY_MANAGEMENT_URLS" }
                        .Select(name => (long)Listening.Addresses(gateway.Environment[name]).Single().Port)
                        .Order(),
                    gateway.Where
                );
    }

    [Fact]
    public void Services_OfEveryBase_ReachPortsAndPodsThatAreThere()
    {
        foreach (var group in Manifests.Resources().GroupBy(r => r.Where, r => r.Resource))
        {
            var labels = group.Single(Manifests.IsWorkload).At("spec", "template", "metadata", "labels");
            var ports = Gateways.First(g => g.Where == group.Key).Ports.Keys;
            foreach (var service in group.Where(r => r["kind"].Text() == "Service"))
            {
                foreach (var port in service.At("spec", "ports").Each())
                    ports.ShouldContain(port.At("targetPort").Text(), group.Key);
                foreach (var (name, value) in (Dictionary<string, object?>)service.At("spec", "selector")!)
                    labels.At(name).ShouldBe(value, group.Key);
            }
            foreach (
                var (path, port) in group.Where(r => r["kind"].Text() == "NetworkPolicy").SelectMany(r => r.At("spec", "ingress").Walk())
            )
                if (path.EndsWith(".port", StringComparison.Ordinal))
                    ports.ShouldContain(port.Text(), group.Key);
        }
    }

    /// <summary>A stream that was open when the pod is told to end must have all the time that the drain gives it.</summary>
    [Fact]
    public void GracePeriod_OfEveryManifest_IsLongerThanDrainAndLastWords()
    {
        foreach (var (where, pod) in Manifests.Pods())
        {
            var gateway = Gateways.First(g => g.Where == where);
            var wait = pod.At("containers", 0, "lifecycle", "preStop", "sleep", "seconds") is long seconds ? seconds : 0;
            var drain = Drain(where, gateway);
            var grace = TimeSpan.FromSeconds((long)pod.At("terminationGracePeriodSeconds")!);

            grace.ShouldBeGreaterThan(TimeSpan.FromSeconds(wait) + drain + GracefulStop.Reserve, where);
        }
        var standard = new ForwardingOptions().DrainTimeout + GracefulStop.Reserve;
        Seconds(Manifests.Compose.At("services", "gateway", "stop_grace_period").Text()).ShouldBeGreaterThan(standard);
        Seconds(Regex.Match(Manifests.Unit, "TimeoutStopSec=(.*)").Groups[1].Value).ShouldBeGreaterThan(standard);
    }

    [Fact]
    public void Metrics_ThatAutoscalersAskFor_AreInTheProgram()
    {
        var metrics = Manifests
            .Resources()
            .SelectMany(r => r.Resource.Walk())
            .Where(v => v.Path.EndsWith(".metric.name", StringComparison.Ordinal))
            .Select(v => v.Value.Text())
            .Distinct();

        metrics.ShouldHaveSingleItem().ShouldBe("promptgateway_requests_in_flight");
        RepositoryFiles.Read("src", "PromptGateway", "Metrics", "GatewayState.cs").ShouldContain("\"promptgateway.requests.in_flight\"");
    }

    [Fact]
    public void Configuration_OfEveryManifest_IsAccepted()
    {
        var folders = new[] { "deploy/kubernetes/ingress", "deploy/compose/config" }.Select(folder => RepositoryFiles.Of(folder)).ToList();
        foreach (var (where, resource) in Manifests.Resources().Where(r => r.Resource["kind"].Text() == "ConfigMap"))
        {
            var folder = Directory.CreateTempSubdirectory("promptgateway-chart-").FullName;
            foreach (var (name, text) in (Dictionary<string, object?>)resource["data"]!)
                File.WriteAllText(Path.Combine(folder, name), text.Text());
            folders.Add(folder);
        }
        foreach (var folder in folders)
        {
            var sources = new ConfigurationSources
            {
                ConfigPath = folder,
                Environment = name => name.EndsWith("_API_KEY", StringComparison.Ordinal) ? "sk-x" : null,
            };
            var files = new ConfigurationSources { ConfigPath = folder, Environment = _ => null };
            using var services = CheckServices.Create(new GatewaySettings(), sources, LoadedConfiguration.From(files));

            ConfigurationCheck.Run(LoadedConfiguration.From(files), services.GetRequiredService<RoutingCheck>().Run).ShouldBeEmpty(folder);
        }
    }

    [Fact]
    public void Secrets_InTheExample_AreNamesThatAreRead() =>
        ((Dictionary<string, object?>)YamlFile.Map(RepositoryFiles.Read("deploy/kubernetes/ingress/secret.example.yaml"))["stringData"]!)
            .Keys.Except(PromisedVariables.All.Select(variable => variable.Name))
            .ShouldBeEmpty();

    private static TimeSpan Drain(string where, GatewayContainer gateway)
    {
        var text = where.StartsWith("ingress", StringComparison.Ordinal)
            ? LoadedConfiguration
                .From(
                    new ConfigurationSources { ConfigPath = RepositoryFiles.Of("deploy", "kubernetes", "ingress"), Environment = _ => null }
                )
                .Values["Forwarding:DrainTimeout"]
                .Text
            : gateway.Environment.GetValueOrDefault("PROMPTGATEWAY__Forwarding__DrainTimeout");
        return text is null ? new ForwardingOptions().DrainTimeout : TimeSpan.Parse(text, CultureInfo.InvariantCulture);
    }

    private static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(int.Parse(text.TrimEnd('s'), CultureInfo.InvariantCulture));
}
