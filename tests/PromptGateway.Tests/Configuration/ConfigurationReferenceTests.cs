using System.Text.RegularExpressions;
using PromptGateway.Configuration;

namespace PromptGateway.Tests.Configuration;

public sealed partial class ConfigurationReferenceTests
{
    private const string WriteVariable = "WRITE_REFERENCE";

    /// <summary>Sections as the code names them: <c>GetSection("X")</c>, <c>Section = "X"</c>, <c>configuration["X:..."]</c>.</summary>
    [GeneratedRegex(@"onfiguration(?:\.GetSection\(|\[)""([A-Z][A-Za-z]+)[:""]")]
    private static partial Regex SectionRead();

    [Fact]
    public void Page_InTheRepository_IsWhatTheOptionTypesSay()
    {
        var file = RepositoryFiles.Of("docs", "reference", "configuration.md");
        var page = ConfigurationReference.Write();
        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
            File.WriteAllText(file, page);

        File.ReadAllText(file)
            .ShouldBe(page, $"Write it anew: {WriteVariable}=1 dotnet test -c Release --filter {nameof(ConfigurationReferenceTests)}");
    }

    [Fact]
    public void Sections_ThatTheCodeReads_AreAllKnown()
    {
        var read = RepositoryFiles
            .Below("src/PromptGateway", "*.cs")
            .SelectMany(file => SectionRead().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value)
            .Distinct()
            .ToArray();

        read.Length.ShouldBeGreaterThan(5);
        read.Where(name => KnownSections.Find(name) is null).ShouldBeEmpty("A section that is not in KnownSections is refused in files.");
    }

    [Fact]
    public void Settings_OfOurOwnTypes_AllSayWhatTheyAreFor()
    {
        var page = ConfigurationReference.Write();
        var silent = page.Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal) && line.EndsWith("|  |", StringComparison.Ordinal))
            .Where(line => !line.Contains("ReverseProxy:", StringComparison.Ordinal));

        silent.ShouldBeEmpty();
    }
}
