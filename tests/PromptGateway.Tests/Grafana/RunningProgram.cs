using System.Diagnostics;

namespace PromptGateway.Tests.Grafana;

/// <summary>Runs a program to its end.</summary>
internal static class RunningProgram
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>Its exit code, and all that it said.</summary>
    /// <param name="install">What to do when the program is missing.</param>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments, string install)
    {
        using var limit = new CancellationTokenSource(Longest);
        using var process = Start(program, arguments, install);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await errors);
    }

    private static Process Start(string program, IEnumerable<string> arguments, string install)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"'{program}' is not in PATH: {install}", e);
        }
    }
}
