namespace PromptGateway.Cli.Replay;

/// <summary>One conversation at one model, with and without the policy.</summary>
internal sealed record ReplayResult(ReplayCase Conversation, string Model, ReplayAnswer Without, ReplayAnswer With);
