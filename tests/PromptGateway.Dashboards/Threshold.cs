namespace PromptGateway.Dashboards;

/// <summary>From <paramref name="From"/> on (null: from the least value) things are shown in this colour.</summary>
internal sealed record Threshold(string Colour, double? From);
