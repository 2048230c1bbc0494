using System.CommandLine;
using PromptGateway;
using PromptGateway.Cli;

// Kestrel and HttpClient read it when their first socket opens; a value that the operator has set wins.
SocketTuning.Apply();
return await RootCommands.RunAsync(args, new InvocationConfiguration());
