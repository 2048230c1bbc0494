using System.CommandLine;

namespace PromptGateway.Cli;

/// <summary>Options of every command that works on the database.</summary>
internal sealed class StoreOptions
{
    public Option<string?> Data { get; } = new("--data") { Description = "Directory of the database (PROMPTGATEWAY_DATA; default ./data)" };
    public Option<string?> Config { get; } =
        new("--config") { Description = "The configuration of the gateway, which may name its database (PROMPTGATEWAY_CONFIG; default .)" };
    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON, as the admin API gives it" };

    public void AddTo(Command command)
    {
        command.Options.Add(Data);
        command.Options.Add(Config);
        command.Options.Add(Json);
    }
}
