namespace PromptGateway.Dashboards;

/// <summary>Panels under a headline, from left to right and top to bottom. The first of a dashboard has no headline.</summary>
internal sealed record Section(string? Title, params Panel[] Panels);
