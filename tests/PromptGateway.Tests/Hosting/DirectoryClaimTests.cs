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

    public DirectoryClaimTests() => Directory.CreateDirectory(_directory.Path);

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

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }
}
