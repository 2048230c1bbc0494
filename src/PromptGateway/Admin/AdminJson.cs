using System.Text.Json;
using System.Text.Json.Serialization;

namespace PromptGateway.Admin;

/// <summary>The JSON of the admin API: snake case; unknown and repeated members are refused, since a typing error must not pass as success.</summary>
internal static class AdminJson
{
    public static readonly JsonSerializerOptions Options = Strict(indented: false);

    /// <summary>For people, on the command line.</summary>
    public static readonly JsonSerializerOptions Indented = Strict(indented: true);

    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = 16;
        options.Converters.Add(new IsoTimeConverter());
    }

    private static JsonSerializerOptions Strict(bool indented)
    {
        var options = new JsonSerializerOptions { WriteIndented = indented };
        Configure(options);
        return options;
    }
}
