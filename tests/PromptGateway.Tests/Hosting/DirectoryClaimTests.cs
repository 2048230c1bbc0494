using Microsoft.Extensions.Logging;
using PromptGateway.Hosting;
using PromptGateway.Storage;
using PromptGateway.Tests.Keys;
using PromptGateway.Tests.Storage;

namespace PromptGateway.Tests.Hosting;

public sealed class DirectoryClaimTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly CapturedLog _log = new();

    private DirectoryClaim Claim() => new(new StorageOptions { DataDirectory = _directory.Path }, _log.CreateLogger<DirectoryClaim>());

    [Fact]
    public void Take_WhileAnotherGatewayHasTheDirectory_Warns()
    {
        using var first = Claim();
        using var second = Claim();

        first.Take();
        _log.Lines.ShouldBeEmpty();
        second.Take();

        _log.Lines.ShouldHaveSingleItem().Text.ShouldContain("--data");
    }

    [Fact]
    public void Take_AfterTheOtherHasEnded_IsSilent()
    {
        using (var first = Claim())
            first.Take();
        using var second = Claim();

        second.Take();

        _log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Take_OfALockThatCannotBeMade_NamesTheReasonAndNoOtherGateway()
    {
        Directory.CreateDirectory(Path.Combine(_directory.Path, DirectoryClaim.FileName));
        using var claim = Claim();

        claim.Take();

        var text = _log.Lines.ShouldHaveSingleItem().Text;
        text.ShouldContain(DirectoryClaim.FileName);
        text.ShouldNotContain("Another gateway");
    }

    /// <summary>Nothing has made it yet when both first keys come from the environment.</summary>
    [Fact]
    public void Take_OfADirectoryThatIsNotThereYet_MakesItForTheOwnerOnly()
    {
        using var claim = Claim();

        claim.Take();

        _log.Lines.ShouldBeEmpty();
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(_directory.Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }
}
