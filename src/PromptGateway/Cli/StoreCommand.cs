using System.CommandLine;
using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PromptGateway.Admin;
using PromptGateway.Configuration;
using PromptGateway.Keys;
using PromptGateway.Routing;
using PromptGateway.Storage;
using PromptGateway.Storage.Sqlite;

namespace PromptGateway.Cli;

/// <summary>One run of a command on the database: opens it, prints results, turns expected errors into a line and exit code 1.</summary>
internal sealed class StoreCommand(IServiceProvider services, TextWriter output, bool json)
{
    public TextWriter Output => output;
    public KeyAdministration Keys => services.GetRequiredService<KeyAdministration>();
    public TimeProvider Time => services.GetRequiredService<TimeProvider>();

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>Prints the value as JSON when asked to, else what <paramref name="print"/> prints.</summary>
    public int Show<T>(T value, Action<TextWriter> print)
    {
        if (json)
            output.WriteLine(JsonSerializer.Serialize(value, AdminJson.Indented));
        else
            print(output);
        return 0;
    }

    /// <param name="command">Gets its action.</param>
    /// <param name="options">Are added to the command.</param>
    /// <param name="creates">Whether the command may start a new database; the others would only hide a wrong directory.</param>
    /// <param name="run">Returns the exit code.</param>
    public static Command Define(
        Command command,
        StoreOptions options,
        bool creates,
        Func<StoreCommand, ParseResult, CancellationToken, Task<int>> run
    )
    {
        options.AddTo(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                try
                {
                    await using var services = await OpenAsync(
                        parsed.GetValue(options.Data),
                        parsed.GetValue(options.Config),
                        creates,
                        parsed.InvocationConfiguration.Error
                    );
                    var store = new StoreCommand(services, parsed.InvocationConfiguration.Output, parsed.GetValue(options.Json));
                    return await run(store, parsed, cancellationToken);
                }
                catch (Exception e) when (IsExpected(e))
                {
                    await parsed.InvocationConfiguration.Error.WriteLineAsync(
                        e is DbException failure ? DatabaseFailure.Words(failure) : e.Message
                    );
                    return 1;
                }
            }
        );
        return command;
    }

    private static async Task<ServiceProvider> OpenAsync(string? data, string? config, bool creates, TextWriter notes)
    {
        var sources = ConfigurationSources.OfProcess(config, new Dictionary<string, ConfigurationValue>());
        var loaded = LoadedConfiguration.From(sources);
        // What cannot be read may name another database: a key in the wrong one is of no use.
        if (loaded.Errors.Count > 0)
            throw new ConfigurationException([.. loaded.Errors]);
        var directory = DataDirectory.Resolve(data, GatewaySettings.From(sources).Data);
        var options = StorageConfiguration.Read(
            loaded.ToConfiguration(),
            directory,
            (text, missing) => EnvironmentReference.Resolve(text, sources.Named, missing)
        );
        var file = Path.Combine(directory, SqliteDatabase.FileName);
        if (options.Postgres is null && !File.Exists(file))
        {
            if (!creates)
                throw new StorageException(
                    $"There is no database {file}. Name its directory with --data or {DataDirectory.EnvironmentVariable}."
                );
            await notes.WriteLineAsync($"Starting a new database: {file}");
        }
        return new ServiceCollection().AddLogging().AddGatewayStorage(options).AddGatewayKeys(new KeysOptions()).BuildServiceProvider();
    }

    private static bool IsExpected(Exception e) =>
        e
            is InvalidKeyException
                or KeyConflictException
                or StorageException
                or FormatException
                or DbException
                or UnknownKeyException
                or OptionsValidationException
                or ConfigurationException;
}
