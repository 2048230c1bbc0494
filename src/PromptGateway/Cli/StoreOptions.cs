using System.CommandLine;

namespace PromptGateway.Cli;

/// <summary>Options of every command that works on the database.</summary>
internal sealed class StoreOptions
{
    public Option<string?> Data { get; } = new("--data") { Description = "Directory of the database (PROMPTGATEWAY_DATA; default ./data)" };
    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON, as the admin API gives it" };

    public void AddTo(Command command)
    {
        command.Options.Add(Data);
        command.Options.Add(Json);
    }
}
