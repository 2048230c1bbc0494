using PromptGateway.Dashboards;

// Writes grafana/dashboards/*.json: dotnet run --project tests/PromptGateway.Dashboards [directory]
var directory = args.FirstOrDefault() ?? Path.Combine("grafana", "dashboards");
Directory.CreateDirectory(directory);
foreach (var dashboard in Dashboard.All)
{
    var file = Path.Combine(directory, dashboard.Uid + ".json");
    File.WriteAllText(file, DashboardJson.Write(dashboard));
    Console.WriteLine(file);
}
