using System.Text.RegularExpressions;

namespace PromptGateway.Tests.Deploy;

/// <summary>The <c>Dockerfile</c>, as far as it can be judged without a container engine.</summary>
public sealed class ImageTests
{
    private static readonly DockerFile Image = DockerFile.Read();

    [Fact]
    public void Image_RunsAs_NobodyWithAName() => Image.User.ShouldBe("10001:10001");

    [Fact]
    public void Image_LastStage_HasNoShellToCall() =>
        Image
            .Instructions.Skip(Image.Instructions.ToList().FindLastIndex(i => i.Name == "FROM"))
            .ShouldNotContain(i => i.Name == "RUN" || ((i.Name == "CMD" || i.Name == "ENTRYPOINT") && !i.Text.StartsWith('[')));

    [Fact]
    public void Image_NoInstruction_HoldsASecret()
    {
        foreach (var (name, rest) in Image.Instructions.Where(i => i.Name is "ENV" or "ARG"))
            Regex.IsMatch(rest, "key|secret|password|token", RegexOptions.IgnoreCase).ShouldBeFalse($"{name} {rest}");
    }

    [Fact]
    public void Copies_FromTheContext_ExistAndAreLetThrough()
    {
        var ignore = RepositoryFiles.Read(".dockerignore").Split('\n');
        foreach (var source in Image.ContextSources)
        {
            (File.Exists(RepositoryFiles.Of(source)) || Directory.Exists(RepositoryFiles.Of(source))).ShouldBeTrue(source);
            ignore.ShouldContain(
                line => line == "!" + source || line == "!src/" && source.StartsWith("src/", StringComparison.Ordinal),
                source
            );
        }
    }

    [Fact]
    public void Ignored_FirstOfAll_IsEverything() =>
        RepositoryFiles.Read(".dockerignore").Split('\n').First(line => !line.StartsWith('#')).ShouldBe("*");

    [Fact]
    public void Profiles_ThatShip_CompileAheadOfTimeAndKeepTheProfiledJit()
    {
        foreach (var profile in RepositoryFiles.Below("src/PromptGateway/Properties/PublishProfiles", "*.pubxml"))
        {
            var text = File.ReadAllText(profile);
            text.ShouldContain("<PublishReadyToRun>true</PublishReadyToRun>");
            text.ShouldContain("<TieredPGO>true</TieredPGO>");
        }
    }
}
