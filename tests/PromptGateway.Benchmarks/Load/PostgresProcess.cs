using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace PromptGateway.Benchmarks.Load;

/// <summary>A PostgreSQL server with a directory of its own and the settings of an installation: what is committed is on the disk.</summary>
internal sealed class PostgresProcess : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("promptgateway-load-pg-").FullName;
    private readonly int _port = FreePort();
    private Process? _server;

    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Database=postgres;Username=promptgateway";

    public static async Task<PostgresProcess> StartAsync()
    {
        var server = new PostgresProcess();
        if (Environment.IsPrivilegedProcess)
            await RunAsync(["chown", "postgres:", server._directory]);
        var data = Path.Combine(server._directory, "data");
        await RunAsync([.. AsPostgres, Binary("initdb"), "-D", data, "-U", "promptgateway", "--auth=trust", "-E", "UTF8", "--locale=C"]);
        string[] command = [.. AsPostgres, Binary("postgres"), "-D", data, "-p", $"{server._port}", "-h", "127.0.0.1", "-k", ""];
        server._server = Process.Start(Info(command))!;
        server._server.BeginErrorReadLine();
        for (var i = 0; ; i++)
            try
            {
                await server.TransactionsAsync();
                return server;
            }
            catch (NpgsqlException) when (i < 300)
            {
                await Task.Delay(100);
            }
    }

    /// <summary>Transactions since the server was started: each is at least one round trip of somebody.</summary>
    public async Task<long> TransactionsAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = 'postgres'",
            connection
        );
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            // A fast shutdown.
            await RunAsync(["kill", "-INT", $"{_server.Id}"]);
            await _server.WaitForExitAsync();
            _server.Dispose();
        }
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>PostgreSQL refuses to run as root; Debian's package brings a user for it.</summary>
    private static string[] AsPostgres =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] : [];

    private static string Binary(string name)
    {
        var debian = Path.Combine("/usr/lib/postgresql/15/bin", name);
        return File.Exists(debian) ? debian : name;
    }

    private static async Task RunAsync(string[] command)
    {
        using var process = Process.Start(Info(command))!;
        process.BeginErrorReadLine();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}.");
    }

    private static ProcessStartInfo Info(string[] command) =>
        new(command[0], command[1..])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
