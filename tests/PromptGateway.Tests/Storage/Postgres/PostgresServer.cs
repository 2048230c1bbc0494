using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace PromptGateway.Tests.Storage.Postgres;

/// <summary>
/// A real PostgreSQL server with a directory of its own, on a free port of the loopback address. As the fixture of
/// <see cref="PostgresCollection"/> there is one for all tests; a test that stops or restarts a server makes its own. The server ends
/// when it is disposed, and also when the tests die: it is held by a pipe to its shell.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string User = "promptgateway";
    private const string Password = "p@ss:word/for?tests";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly string _directory = Directory.CreateTempSubdirectory("promptgateway-pg-").FullName;
    private Process? _server;
    private int _databases;

    public int Port { get; } = FreePort();

    /// <summary>An empty database; the gateway's migrations have not run on it.</summary>
    /// <returns>Its connection string in Npgsql's form.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    /// <param name="database">Name of the database.</param>
    /// <param name="port">Of a proxy in front of the server; null: the server itself.</param>
    public string ConnectionString(string database, int? port = null) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port ?? Port,
            Database = database,
            Username = User,
            Password = Password,
        }.ConnectionString;

    public async Task InitializeAsync()
    {
        var password = Path.Combine(_directory, "password");
        await File.WriteAllTextAsync(password, Password);
        Own(_directory);
        await RunAsync([
            Binary("initdb"),
            "-D",
            Data,
            "-U",
            User,
            "--pwfile",
            password,
            "--auth=scram-sha-256",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C",
        ]);
        await StartAsync();
    }

    /// <summary>Starts it, or starts it again on the same port and data; it answers when the task completes.</summary>
    public async Task StartAsync()
    {
        // The shell ends the server when its standard input is closed, which happens at the latest when this process dies.
        var script =
            $"{Binary("postgres")} -D {Data} -p {Port} -h 127.0.0.1 -k '' -c fsync=off -c full_page_writes=off -c max_connections=200 "
            + $">>{_directory}/log 2>&1 & server=$!; cat >/dev/null; kill -INT $server; wait $server";
        _server = Process.Start(Info(["sh", "-c", script]))!;
        var deadline = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false;Timeout=5");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (deadline.Elapsed < StartLimit && !_server.HasExited)
            {
                await Task.Delay(50);
            }
            catch (NpgsqlException e)
            {
                throw new InvalidOperationException(
                    "PostgreSQL did not start: " + await File.ReadAllTextAsync(Path.Combine(_directory, "log")),
                    e
                );
            }
        }
    }

    /// <summary>Stops it at once: connections are cut, transactions under way are rolled back.</summary>
    public async Task StopAsync()
    {
        if (_server is not { } server)
            return;
        server.StandardInput.Close();
        await server.WaitForExitAsync();
        server.Dispose();
        _server = null;
    }

    /// <summary>Ends it as a crash does (<c>pg_ctl stop -m immediate</c>): without a checkpoint, so that the next start has to recover.</summary>
    public async Task CrashAsync()
    {
        var postmaster = (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0];
        using var kill = Process.Start("kill", ["-QUIT", postmaster]);
        await kill.WaitForExitAsync();
        // Its shell still waits for us; the server is gone when it can be waited for.
        await StopAsync();
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private string Data => Path.Combine(_directory, "data");

    private static string Binary(string name)
    {
        var debian = Path.Combine("/usr/lib/postgresql/15/bin", name);
        return File.Exists(debian) ? debian : name;
    }

    /// <summary>PostgreSQL refuses to run as root; Debian's package brings a user for it.</summary>
    private static void Own(string directory)
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        using var chown = Process.Start("chown", ["-R", "postgres:", directory]);
        chown.WaitForExit();
    }

    private static ProcessStartInfo Info(string[] command)
    {
        string[] asUser = Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--", .. command]
            : command;
        return new ProcessStartInfo(asUser[0], asUser[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
    }

    private static async Task RunAsync(string[] command)
    {
        using var process = Process.Start(Info(command))!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command[0]} failed: {error}");
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
