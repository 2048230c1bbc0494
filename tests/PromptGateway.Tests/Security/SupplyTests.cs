using System.Xml.Linq;

namespace PromptGateway.Tests.Security;

/// <summary>What the product is made of, and what it may start.</summary>
public sealed class SupplyTests
{
    /// <summary>Field report 119 (CVE-2026-30623): a server definition that runs commands. Nothing here runs any.</summary>
    [Fact]
    public void Source_OfTheProduct_StartsNoProcess()
    {
        var files = RepositoryFiles.Below("src", "*.cs").ToArray();

        files.Length.ShouldBeGreaterThan(300);
        files
            .Where(file =>
                File.ReadAllText(file) is var text
                && (text.Contains("Process.Start") || text.Contains("ProcessStartInfo") || text.Contains("DllImport"))
            )
            .ShouldBeEmpty();
    }

    /// <summary>Field report 120: a release of a dependency that nobody has looked at. Each is of one version, written down, and they are few.</summary>
    [Fact]
    public void Packages_OfTheProduct_AreFewAndOfOneVersionEach()
    {
        var versions = XDocument
            .Load(RepositoryFiles.Of("Directory.Packages.props"))
            .Descendants("PackageVersion")
            .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);
        var used = XDocument
            .Load(RepositoryFiles.Of("src", "PromptGateway", "PromptGateway.csproj"))
            .Descendants("PackageReference")
            .ToList();

        versions.Values.ShouldAllBe(version => version.All(c => char.IsAsciiLetterOrDigit(c) || c == '.' || c == '-'));
        used.ShouldAllBe(package => package.Attribute("Version") == null && versions.ContainsKey(package.Attribute("Include")!.Value));
        used.Count.ShouldBeInRange(1, 20);
    }
}
