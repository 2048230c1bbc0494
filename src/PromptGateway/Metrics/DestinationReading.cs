namespace PromptGateway.Metrics;

/// <summary>Whether one destination of an upstream is used at the moment.</summary>
/// <param name="Upstream">Cluster id.</param>
/// <param name="Destination">Its name in the configuration.</param>
/// <param name="Healthy">False while health checks keep requests away from it.</param>
internal readonly record struct DestinationReading(string Upstream, string Destination, bool Healthy);
