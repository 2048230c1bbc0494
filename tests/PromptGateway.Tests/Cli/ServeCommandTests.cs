using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PromptGateway.Keys;
using PromptGateway.Tests.Storage;

namespace PromptGateway.Tests.Cli;

/// <summary>Starts that fail, in a process of their own.</summary>
public sealed class ServeCommandTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public ServeCommandTests() => Directory.CreateDirectory(_directory.Path);

    private async Task<(int Code, string Output, string Error)> ServeAsync(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(KeyRing).Assembly.Location, .. args, "--data", _directory.Path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _directory.Path,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    [Fact]
    public async Task Serve_FirstStartWithThePortInUse_ShowsTheKeysThatItMadeAndNoTrace()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var (code, output, error) = await ServeAsync("--urls", $"http://{taken.LocalEndpoint}", "--management-urls", "http://127.0.0.1:0");

        code.ShouldBe(1);
        output.ShouldContain(KeySecret.AdminPrefix);
        output.ShouldContain(" " + KeySecret.ApiPrefix);
        error.ShouldContain("already in use");
        error.ShouldContain("--management-urls");
        (output + error).ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Serve_MistakesOfSeveralKinds_NamesAllOfThemWithoutATrace()
    {
        var file = Path.Combine(_directory.Path, "yarp.json");
        await File.WriteAllTextAsync(
            file,
            """{"ReverseProxy":{"Clusters":{"a":{"LoadBalancingPolicy":"Magic","Metadata":{},"Destinations":{"d":{"Address":"http://h/v1"}}}}}}"""
        );

        var (code, output, error) = await ServeAsync("--config", file, "--urls", "http://127.0.0.1:99999");

        code.ShouldBe(1);
        error.ShouldContain("99999");
        error.ShouldContain("Magic");
        (output + error).ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Serve_AddressOfAnotherMachine_SaysWhatToWriteWithoutATrace()
    {
        // 192.0.2.0/24 is no machine's (RFC 5737).
        var (code, output, error) = await ServeAsync("--urls", "http://192.0.2.1:8080", "--management-urls", "http://127.0.0.1:0");

        code.ShouldBe(1);
        error.ShouldContain("--urls");
        (output + error).ShouldNotContain("   at ");
    }

    public void Dispose() => _directory.Dispose();
}
