using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;
using PromptGateway.Providers;
using PromptGateway.Providers.Anthropic;
using PromptGateway.Providers.OpenAI;
using PromptGateway.Providers.Simulator;
using PromptGateway.Routing;

namespace PromptGateway.Tests.Routing;

/// <summary>Catalogs built the way the gateway builds them, from the text of a file and a few environment variables.</summary>
internal static class RoutingSample
{
    private static readonly IProvider[] Providers = [new OpenAIProvider(), new AnthropicProvider(), new SimulatorProvider()];
    private static readonly PriceList Prices = PriceList.Load();

    /// <param name="clusters">Content of the <c>Clusters</c> object; null: there is no file.</param>
    /// <param name="environment">Names and values.</param>
    public static CatalogSnapshot Catalog(string? clusters, params (string Name, string Value)[] environment) =>
        Config(clusters is null ? null : "{\"ReverseProxy\":{\"Clusters\":" + clusters + "}}", environment).Catalog;

    /// <param name="file">Content of <c>yarp.json</c>; null: there is none.</param>
    /// <param name="environment">Names and values.</param>
    public static RoutingConfig Config(string? file, params (string Name, string Value)[] environment)
    {
        var configuration = new ConfigurationBuilder();
        if (file is not null)
            configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(file)));
        var sources = new RoutingSources
        {
            Configuration = configuration.Build(),
            Environment = name => environment.FirstOrDefault(e => e.Name == name).Value,
            Simulator = () => (new Uri("http://127.0.0.1:1/v1"), "simulator-secret"),
        };
        return new RoutingConfigBuilder(sources, Providers, Prices).Build(new CancellationChangeToken(default));
    }

    /// <summary>One cluster as JSON.</summary>
    public static string Cluster(string id, string metadata) =>
        $$"""
            "{{id}}":{"Metadata":{{{metadata}} },"Destinations":{"d":{"Address":"http://127.0.0.1:9/v1"} } }
            """;
}
