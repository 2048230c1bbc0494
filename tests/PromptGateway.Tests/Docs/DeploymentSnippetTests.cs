using System.CommandLine.Parsing;
using PromptGateway.Cli;
using PromptGateway.Configuration;
using PromptGateway.Tests.Deploy;

namespace PromptGateway.Tests.Docs;

/// <summary>
/// Commands for clusters and machines that no test has: run as far as they go without one, else held to what they name.
/// </summary>
public sealed class DeploymentSnippetTests
{
    private static readonly Dictionary<string, string> Environment = new() { ["OPENAI_API_KEY"] = "sk-x" };

    /// <summary>Lines of all pages that start with a program, with their words.</summary>
    private static (string Line, string[] Words)[] Lines(string program)
    {
        (string Line, string[] Words)[] lines =
        [
            .. Snippet
                .All("sh")
                .SelectMany(snippet => snippet.Commands)
                .Select(line => line.Trim())
                .Where(line => line.StartsWith(program + " ", StringComparison.Ordinal))
                .Select(line => (line, CommandLineParser.SplitCommandLine(line).ToArray())),
        ];
        lines.ShouldNotBeEmpty(program);
        return lines;
    }

    [Fact]
    public void Helm_OfEveryPage_Installs()
    {
        foreach (var (line, _) in Lines("helm"))
            KubernetesTools.Shell(line + " --dry-run=client", Environment).ShouldContain("STATUS: pending-install", Case.Sensitive, line);
    }

    /// <summary>Without a cluster it makes what it would have sent.</summary>
    [Fact]
    public void KubectlCreate_OfEveryPage_MakesWhatTheManifestsNeed()
    {
        var made = Lines("kubectl")
            .Where(line => line.Words.Contains("create") && !line.Words.Contains("exec"))
            .Select(line => YamlFile.Map(KubernetesTools.Shell(line.Line + " --dry-run=client -o yaml", Environment)))
            .ToArray();

        made.Select(resource => resource["kind"].Text()).Order().ShouldBe(["Namespace", "Secret"]);
        var secret = made.Single(resource => resource["kind"].Text() == "Secret");
        secret.At("metadata", "name").ShouldBe("promptgateway");
        secret.At("metadata", "namespace").ShouldBe(made.Single(r => r["kind"].Text() == "Namespace").At("metadata", "name"));
        ((Dictionary<string, object?>)secret["data"]!).Keys.Except(PromisedVariables.All.Select(variable => variable.Name)).ShouldBeEmpty();
    }

    [Fact]
    public void KubectlExec_OfEveryPage_NamesAWorkloadOfTheOverlayAndACommand()
    {
        var overlay = Kustomization("docs/guides/kubernetes-ingress.md");
        var calls = Lines("kubectl").Where(line => line.Words.Contains("exec")).ToArray();

        calls.ShouldNotBeEmpty();
        foreach (var (line, words) in calls)
        {
            var target = words[Array.IndexOf(words, "exec") + 1].Split('/');
            var workload = overlay.Where(Manifests.IsWorkload).Single(r => r.At("metadata", "name").Text() == target[1]);
            workload["kind"].Text().ToLowerInvariant().ShouldStartWith(target[0], Case.Sensitive, line);
            words[Array.IndexOf(words, "-n") + 1].ShouldBe(workload.At("metadata", "namespace").Text());
            Understood(words[(Array.IndexOf(words, "--") + 1)..]);
        }
    }

    [Fact]
    public void Kubectl_OfEveryPage_IsTried() =>
        Lines("kubectl").ShouldAllBe(line => line.Words.Contains("create") || line.Words.Contains("exec"));

    public static TheoryData<string> Overlays => ["docs/guides/kubernetes-ingress.md", "docs/guides/kubernetes-sidecar.md"];

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Overlay_OfTheGuide_MakesResourcesWithItsImageThatFitTheirKinds(string page)
    {
        var fields = new KubernetesFields();
        var resources = Kustomization(page);

        foreach (var resource in resources.Where(r => r["kind"].Text() != "ServiceMonitor"))
            fields.Check(resource).ShouldBeEmpty(page);
        resources
            .SelectMany(resource => resource.Walk())
            .Where(value => value.Path.EndsWith(".image", StringComparison.Ordinal))
            .ShouldContain(value => value.Value.Text() == "registry.example.com/promptgateway:0.1.0");
        resources
            .Where(resource => resource["kind"].Text() == "Ingress")
            .ShouldAllBe(ingress => ingress.At("spec", "rules", 0, "host").Text() == ingress.At("spec", "tls", 0, "hosts", 0).Text());
    }

    [Fact]
    public void Labels_ThatTheSidecarGuideAsksFor_AreThoseOfTheExample()
    {
        var asked = Snippet
            .All("yaml")
            .Select(s => YamlFile.Map(s.Text))
            .Single(map => map.ContainsKey("spec") && !map.ContainsKey("kind"));
        var example = YamlFile.Map(RepositoryFiles.Read("deploy/kubernetes/sidecar-example/app.yaml"));

        foreach (var (name, value) in (Dictionary<string, object?>)asked.At("metadata", "labels")!)
            example.At("metadata", "labels", name).ShouldBe(value);
        foreach (var variable in asked.At("spec", "template", "spec", "containers", 0, "env").Each())
            example
                .At("spec", "template", "spec", "containers", 0, "env")
                .Each()
                .ShouldContain(v =>
                    v.At("name").Text() == variable.At("name").Text() && v.At("value").Text() == variable.At("value").Text()
                );
    }

    [Fact]
    public void Docker_OfEveryPage_UsesTheImageAsItIs()
    {
        var image = DockerFile.Read();
        var places = image.Environment.Values.Append(new ConfigurationSources().SecretsDirectory).ToArray();
        var tag = Lines("docker build").Select(line => line.Words[Array.IndexOf(line.Words, "-t") + 1]).Distinct().ShouldHaveSingleItem();
        foreach (var (line, words) in Lines("docker run"))
        {
            words[^1].ShouldBe(tag, line);
            foreach (var port in Values(words, "-p").Select(value => value.Split(':')[^1]))
                places.ShouldContain(place => place.EndsWith(":" + port, StringComparison.Ordinal), line);
            foreach (var volume in Values(words, "-v"))
                places.ShouldContain(volume.Split(':')[1], line);
            foreach (var variable in Values(words, "-e"))
                PromisedVariables.All.Select(v => v.Name).ShouldContain(variable.Split('=')[0], line);
        }
        foreach (var (_, words) in Lines("docker exec"))
            Understood(words[3..]);
        foreach (var (line, words) in Lines("docker compose"))
            File.Exists(RepositoryFiles.Of(Values(words, "-f").Single())).ShouldBeTrue(line);
        Lines("docker").Select(line => line.Words[1]).Except(["build", "run", "exec", "compose"]).ShouldBeEmpty();
    }

    [Fact]
    public void Dotnet_OfEveryPage_NamesProjectsProfilesAndPackagesThatThereAre()
    {
        foreach (var (line, words) in Lines("dotnet"))
        {
            foreach (
                var folder in Values(words, "--project").Concat(words.Where(word => word.StartsWith("src/", StringComparison.Ordinal)))
            )
                Directory.GetFiles(RepositoryFiles.Of(folder), "*.csproj").ShouldHaveSingleItem(line);
            foreach (var profile in words.Where(word => word.StartsWith("-p:PublishProfile=", StringComparison.Ordinal)))
                File.Exists(RepositoryFiles.Of("src/PromptGateway/Properties/PublishProfiles", profile.Split('=')[1] + ".pubxml"))
                    .ShouldBeTrue(line);
            if (words[1..3] is ["tool", "install"])
                File.Exists(RepositoryFiles.Of($"src/PromptGateway/{words[^1]}.csproj")).ShouldBeTrue(line);
        }
    }

    /// <summary>The commands for systemd, in a folder that stands for the root: the unit's user is made, its files are where it looks.</summary>
    [Fact]
    public void Systemd_OfTheInstallGuide_PutsEverythingWhereTheUnitLooks()
    {
        var commands = Snippet.All("sh").Single(s => s.Text.Contains("systemctl", StringComparison.Ordinal)).Commands;
        var root = Directory.CreateTempSubdirectory("promptgateway-root-").FullName;
        try
        {
            foreach (var folder in (string[])["usr/lib/sysusers.d", "etc/systemd/system"])
                Directory.CreateDirectory(Path.Combine(root, folder));
            foreach (var command in commands.Where(line => !line.EndsWith("daemon-reload", StringComparison.Ordinal)))
                KubernetesTools.Shell(
                    command
                        .Replace(" /usr/", $" {root}/usr/", StringComparison.Ordinal)
                        .Replace(" /etc/", $" {root}/etc/", StringComparison.Ordinal)
                        .Replace(" -g promptgateway", "", StringComparison.Ordinal)
                        .Replace("systemd-sysusers", $"systemd-sysusers --dry-run --root={root}", StringComparison.Ordinal)
                        .Replace("enable --now", $"--root={root} enable", StringComparison.Ordinal),
                    Environment
                );

            File.ReadAllText(Path.Combine(root, "etc/promptgateway/secrets/OPENAI_API_KEY")).ShouldBe("sk-x\n");
            Manifests.Unit.ShouldContain("/etc/promptgateway/secrets:" + new ConfigurationSources().SecretsDirectory);
            File.Exists(Path.Combine(root, "usr/lib/sysusers.d/promptgateway.conf")).ShouldBeTrue();
            new FileInfo(
                Path.Combine(root, "etc/systemd/system/multi-user.target.wants/promptgateway.service")
            ).LinkTarget.ShouldNotBeNull();
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>The overlay that a page shows, beside a checkout that is called <c>promptgateway</c>, as the page has it.</summary>
    private static List<Dictionary<string, object?>> Kustomization(string page)
    {
        var text = Snippet.Of(page).Single(s => s.Text.Contains("kind: Kustomization", StringComparison.Ordinal)).Text;
        var folder = Directory.CreateTempSubdirectory("promptgateway-overlay-").FullName;
        try
        {
            Directory.CreateSymbolicLink(Path.Combine(folder, "promptgateway"), RepositoryFiles.Root);
            var overlay = Directory.CreateDirectory(Path.Combine(folder, "overlay")).FullName;
            File.WriteAllText(Path.Combine(overlay, "kustomization.yaml"), text);
            File.Copy(RepositoryFiles.Of("deploy/kubernetes/ingress/yarp.json"), Path.Combine(overlay, "yarp.json"));
            File.Copy(RepositoryFiles.Of("deploy/kubernetes/sidecar-example/app.yaml"), Path.Combine(overlay, "app.yaml"));
            return [.. YamlFile.All(KubernetesTools.Kustomize(overlay)).Cast<Dictionary<string, object?>>()];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Understood(string[] command) =>
        RootCommands.Create().Parse(GatewayContainer.Program(command)).Errors.ShouldBeEmpty(string.Join(' ', command));

    private static IEnumerable<string> Values(string[] words, string option) =>
        words.Index().Where(word => word.Item == option).Select(word => words[word.Index + 1]);
}
