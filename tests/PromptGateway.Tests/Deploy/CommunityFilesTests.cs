using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PromptGateway.Tests.Deploy;

/// <summary>Files that a repository is expected to have, held to the rest of it.</summary>
public sealed partial class CommunityFilesTests
{
    [GeneratedRegex(@"\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();

    internal static string[] PageNames =>
        [
            .. RepositoryFiles
                .Below("docs", "*.md")
                .Concat(Directory.GetFiles(RepositoryFiles.Root, "*.md"))
                .Select(file => Path.GetRelativePath(RepositoryFiles.Root, file)),
        ];

    public static TheoryData<string> Pages => [.. PageNames];

    [Fact]
    public void Notices_EveryPackageThatShips_IsNamedWithItsVersion()
    {
        var notices = RepositoryFiles.Read("THIRD-PARTY-NOTICES.md");
        var versions = XDocument
            .Load(RepositoryFiles.Of("Directory.Packages.props"))
            .Descendants("PackageVersion")
            .ToDictionary(p => p.Attribute("Include")!.Value, p => p.Attribute("Version")!.Value);
        var shipped = XDocument
            .Load(RepositoryFiles.Of("src", "PromptGateway", "PromptGateway.csproj"))
            .Descendants("PackageReference")
            .Select(p => p.Attribute("Include")!.Value)
            .ToArray();

        shipped.Length.ShouldBeGreaterThan(10);
        foreach (var package in shipped)
            notices.ShouldContain($"| {package} | {versions[package]} |");
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_WithinTheRepository_LeadSomewhere(string page)
    {
        var folder = Path.GetDirectoryName(RepositoryFiles.Of(page))!;
        foreach (Match link in Link().Matches(RepositoryFiles.Read(page)))
            Path.Exists(Path.Combine(folder, link.Groups[1].Value)).ShouldBeTrue($"{page}: {link.Groups[1].Value}");
    }

    [Fact]
    public void Versions_InProgramChartAndBases_AreTheSame()
    {
        var version = XDocument.Load(RepositoryFiles.Of("Directory.Build.props")).Descendants("Version").Single().Value;

        YamlFile.Map(RepositoryFiles.Read("deploy/helm/promptgateway/Chart.yaml"))["appVersion"].ShouldBe(version);
        foreach (var folder in (string[])["ingress", "sidecar"])
            RepositoryFiles.Read("deploy/kubernetes", folder, "kustomization.yaml").ShouldContain($"newTag: {version}");
        RepositoryFiles.Read("deploy/compose/compose.yaml").ShouldContain($"image: promptgateway:{version}");
        RepositoryFiles.Read("CHANGELOG.md").ShouldContain($"## [{version}]");
    }

    [Fact]
    public void License_OfTheRepository_IsMit() => RepositoryFiles.Read("LICENSE").ShouldStartWith("MIT License");

    [Fact]
    public void ComposeFile_EveryFileItMounts_IsThere()
    {
        foreach (var (path, value) in Manifests.Compose.At("services").Walk())
            if (path.Contains(".volumes[", StringComparison.Ordinal) && value is string mount && mount.StartsWith('.'))
                Path.Exists(RepositoryFiles.Of("deploy", "compose", mount.Split(':')[0])).ShouldBeTrue(mount);
        // Where the dashboards are mounted is where the provisioning looks for them.
        var mounted = Manifests.Compose.At("services", "grafana", "volumes").Each().Select(v => v.Text().Split(':')[1]);
        var provider = YamlFile.Map(File.ReadAllText(RepositoryFiles.Below("grafana/provisioning/dashboards", "*.yml").Single()));
        mounted.ShouldContain(provider.At("providers", 0, "options", "path").Text());
    }
}
