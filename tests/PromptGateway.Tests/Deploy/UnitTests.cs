using System.Diagnostics;

namespace PromptGateway.Tests.Deploy;

/// <summary>The systemd unit.</summary>
public sealed class UnitTests
{
    [Fact]
    public async Task Unit_ForSystemd_IsUnderstoodAndHardened()
    {
        var folder = Directory.CreateTempSubdirectory("promptgateway-unit-").FullName;
        var file = Path.Combine(folder, "promptgateway.service");
        // The program and the user are not installed where tests run; everything else is judged as it stands.
        await File.WriteAllTextAsync(
            file,
            Manifests
                .Unit.Replace("/usr/local/bin/promptgateway serve", "/bin/true", StringComparison.Ordinal)
                .Replace("=promptgateway\nGroup=promptgateway", "=daemon\nGroup=daemon", StringComparison.Ordinal)
        );

        (await RunAsync("verify", file)).ShouldBe((0, ""));
        var (exitCode, text) = await RunAsync("security", "--offline=true", "--threshold=20", file);

        exitCode.ShouldBe(0, text);
    }

    /// <summary>Exit code and what was said on both outputs.</summary>
    private static async Task<(int, string)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("systemd-analyze", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
