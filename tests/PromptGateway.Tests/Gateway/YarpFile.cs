using System.Text.Json;
using System.Text.Json.Nodes;

namespace PromptGateway.Tests.Gateway;

/// <summary>Writes <c>yarp.json</c> for a test.</summary>
internal static class YarpFile
{
    /// <summary>One cluster <c>main</c> that serves every model.</summary>
    public static string One(Uri address, params (string Key, string Value)[] metadata) => Clusters(Cluster("main", [address], metadata));

    public static string Clusters(params KeyValuePair<string, JsonNode?>[] clusters) =>
        new JsonObject { ["ReverseProxy"] = new JsonObject { ["Clusters"] = new JsonObject(clusters) } }.ToJsonString(
            new JsonSerializerOptions { WriteIndented = true }
        );

    /// <param name="id">Cluster id.</param>
    /// <param name="addresses">Without <c>/v1</c>, which is added; tried in this order.</param>
    /// <param name="metadata">On top of a key and of serving everything.</param>
    public static KeyValuePair<string, JsonNode?> Cluster(string id, Uri[] addresses, params (string Key, string Value)[] metadata)
    {
        var all = new JsonObject { ["ApiKey"] = FakeUpstream.Secret, ["CatchAll"] = "true" };
        foreach (var (key, value) in metadata)
            if (key != "ActivityTimeout")
                all[key] = value;
        var destinations = new JsonObject();
        foreach (var (index, address) in addresses.Index())
            destinations[$"d{index}"] = new JsonObject { ["Address"] = new Uri(address, "v1").ToString() };
        var cluster = new JsonObject
        {
            ["LoadBalancingPolicy"] = "FirstAlphabetical",
            ["Metadata"] = all,
            ["Destinations"] = destinations,
        };
        foreach (var (key, value) in metadata)
            if (key == "ActivityTimeout")
                cluster["HttpRequest"] = new JsonObject { ["ActivityTimeout"] = value };
        return new(id, cluster);
    }
}
