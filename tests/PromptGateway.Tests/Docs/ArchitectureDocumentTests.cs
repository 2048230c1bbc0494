using System.Text.RegularExpressions;

namespace PromptGateway.Tests.Docs;

/// <summary>What <c>docs/ARCHITECTURE.md</c> says of the code is so; its table of arrows: <see cref="Architecture.RoomTests"/>.</summary>
public sealed partial class ArchitectureDocumentTests
{
    private static readonly string Document = RepositoryFiles.Read("docs/ARCHITECTURE.md");
    private static readonly string[] Sources =
    [
        .. RepositoryFiles.Below("src/PromptGateway", "*").Concat(RepositoryFiles.Below("tests", "*.cs")),
    ];

    [GeneratedRegex(@"UseMiddleware<(\w+)Stage>")]
    private static partial Regex StageUse();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    /// <summary>Files in the tables: the part behind the last slash has a full stop, and no blank.</summary>
    [GeneratedRegex(@"`([\w./*]+\.(?:cs|csv|md))`")]
    private static partial Regex FileName();

    [GeneratedRegex(@"`((?:[A-Z]\w+|deploy|grafana)/(?:[\w./]*/)?)`")]
    private static partial Regex FolderName();

    [Fact]
    public void Picture_OfTheStages_IsThePipeline()
    {
        var stages = StageUse()
            .Matches(RepositoryFiles.Read("src/PromptGateway/GatewayPipeline.cs"))
            .Select(match => match.Groups[1].Value)
            .Where(name => name != "Translate");

        Space().Replace(Document, " ").ShouldContain("client ──> " + string.Join(" ─> ", stages) + " │ once per attempt");
    }

    [Fact]
    public void Rooms_OnDisk_AreDescribed()
    {
        var table = Document[Document.IndexOf("| room | what is in it |", StringComparison.Ordinal)..];
        foreach (var folder in Directory.GetDirectories(RepositoryFiles.Of("src", "PromptGateway")).Select(d => Path.GetFileName(d)))
            if (folder is not ("bin" or "obj" or "Properties"))
                table.ShouldContain($"\n| {folder} | ");
    }

    [Fact]
    public void Files_InTheDocument_Exist()
    {
        foreach (Match name in FileName().Matches(Document))
        {
            var pattern = "/" + Regex.Escape(name.Groups[1].Value).Replace(@"\*", "[^/]*", StringComparison.Ordinal) + "$";
            Sources.ShouldContain(file => Regex.IsMatch(file, pattern), name.Value);
        }
    }

    [Fact]
    public void Folders_InTheDocument_Exist()
    {
        foreach (Match name in FolderName().Matches(Document))
            (
                Directory.Exists(RepositoryFiles.Of(name.Groups[1].Value))
                || Directory.Exists(RepositoryFiles.Of("src", "PromptGateway", name.Groups[1].Value))
            ).ShouldBeTrue(name.Value);
    }
}
