using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Docs;

/// <summary>
/// A gateway as the guides suppose it, with a directory in which their commands run: the files that they name, the program as
/// <c>promptgateway</c>, and curl that fails when the answer is an error.
/// </summary>
public sealed class DocumentedGateway : IAsyncLifetime
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
    private readonly string _folder = Directory.CreateTempSubdirectory("promptgateway-docs-").FullName;
    private readonly Dictionary<string, string> _substitutions = [];
    private TestGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _gateway = await TestGateway.StartAsync();
        WriteFiles();
        var key = await PostAsync("/admin/keys", """{"name":"app","budgets":[{"usd":10,"per":"month"}]}""");
        await SpendAsync(key.GetProperty("key").GetString()!);
        using var budgets = JsonDocument.Parse(await _gateway.Management.GetStringAsync("/admin/budgets"));
        var budget = budgets.RootElement[0].GetProperty("budget").GetProperty("id").GetString()!;
        var until = DateTime.UtcNow.AddDays(7).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var raise = await PostAsync($"/admin/budgets/{budget}/raise", $$"""{"usd":1,"until":"{{until}}"}""");

        // All that a snippet may say which is different here.
        _substitutions["http://127.0.0.1:8080"] = _gateway.Address.GetLeftPart(UriPartial.Authority);
        _substitutions["http://127.0.0.1:8081"] = _gateway.ManagementAddress.GetLeftPart(UriPartial.Authority);
        _substitutions["/etc/promptgateway"] = Path.Combine(_folder, "etc");
        _substitutions["/var/lib/promptgateway"] = _gateway.DataDirectory;
        _substitutions["docs/examples"] = RepositoryFiles.Of("docs", "examples");
        _substitutions["key_..."] = key.GetProperty("id").GetString()!;
        _substitutions["budget_5f0c9d1e2b3a4c5d"] = budget;
        _substitutions["raise_0123456789abcdef"] = raise.GetProperty("id").GetString()!;
        _substitutions["2026-12-01T00:00:00Z"] = until;
    }

    /// <summary>Runs commands as one script, which ends at the first that fails.</summary>
    public Task<(int ExitCode, string Output)> RunAsync(IEnumerable<string> commands)
    {
        File.WriteAllText(Path.Combine(_folder, "script.sh"), Here("set -eu\n" + string.Join('\n', commands) + "\n"));
        return StartAsync("bash", "script.sh");
    }

    /// <summary>Runs a program of Node.js, which finds the SDKs.</summary>
    public Task<(int ExitCode, string Output)> RunNodeAsync(string code)
    {
        File.WriteAllText(Path.Combine(_folder, "snippet.mjs"), Here(code));
        return StartAsync("node", "snippet.mjs");
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string Here(string text) =>
        _substitutions.Aggregate(text, (t, pair) => t.Replace(pair.Key, pair.Value, StringComparison.Ordinal));

    private void WriteFiles()
    {
        const string request = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}""";
        File.WriteAllText(Path.Combine(_folder, "request.json"), request);
        File.WriteAllText(Path.Combine(_folder, "requests.jsonl"), request + "\n");
        File.WriteAllText(Path.Combine(_folder, "conversations.jsonl"), $$"""{"request":{{request}},"expected":"Hello"}""" + "\n");
        Directory.CreateDirectory(Path.Combine(_folder, "etc"));
        File.Copy(RepositoryFiles.Of("yarp.json"), Path.Combine(_folder, "etc", "yarp.json"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "node_modules"), RepositoryFiles.Of("tests", "node-sdks", "node_modules"));
        // Commands that ask a gateway have their default address; this gateway's is another.
        WriteProgram(
            "promptgateway",
            $"""
            case "$1" in budgets|ledger) set -- "$@" --management-url {_gateway.ManagementAddress} ;; esac
            exec dotnet '{typeof(GatewayApp).Assembly.Location}' "$@"
            """
        );
        WriteProgram("curl", """exec /usr/bin/curl --silent --show-error --fail-with-body --noproxy '*' "$@" """);
    }

    private void WriteProgram(string name, string script)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName, name);
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<JsonElement> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _gateway.Management.PostAsync(path, content);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>A budget is listed once it was used.</summary>
    private async Task SpendAsync(string key)
    {
        using var client = _gateway.NewClient(key);
        using var answer = await client.PostAsJsonAsync("/v1/embeddings", new { model = "text-embedding-3-small", input = "Hello" });
        answer.EnsureSuccessStatusCode();
    }

    private async Task<(int ExitCode, string Output)> StartAsync(string program, string file)
    {
        using var limit = new CancellationTokenSource(Longest);
        using var process = Process.Start(Describe(program, file))!;
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await errors);
    }

    private ProcessStartInfo Describe(string program, string file)
    {
        var start = new ProcessStartInfo(program, [file])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("PROMPTGATEWAY", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        start.Environment["PATH"] = Path.Combine(_folder, "bin") + ":" + Environment.GetEnvironmentVariable("PATH");
        start.Environment["PROMPTGATEWAY_DATA"] = _gateway.DataDirectory;
        start.Environment["PROMPTGATEWAY_REPLAY_KEY"] = TestGateway.ApiKey;
        start.Environment["KEY"] = TestGateway.ApiKey;
        start.Environment["PROMPTGATEWAY_ADMIN_KEY"] = TestGateway.AdminKey;
        start.Environment["NO_PROXY"] = "127.0.0.1";
        return start;
    }
}
