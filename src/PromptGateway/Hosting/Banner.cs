using PromptGateway.Keys;
using PromptGateway.Routing;

namespace PromptGateway.Hosting;

/// <summary>What a person sees at start: addresses, upstreams and why, and, once, the generated keys with a command that works as it stands.</summary>
internal static class Banner
{
    public static string Write(
        string apiAddress,
        string managementAddress,
        CatalogSnapshot catalog,
        FirstRunSecrets secrets,
        string dataDirectory
    )
    {
        var text = new StringWriter();
        text.WriteLine();
        text.WriteLine("PromptGateway");
        text.WriteLine($"  API          {apiAddress}/v1   (/healthz, /readyz)");
        text.WriteLine($"  management   {managementAddress}   (/metrics, /admin)");
        text.WriteLine($"  data         {Path.GetFullPath(dataDirectory)}");
        foreach (var upstream in catalog.Upstreams)
            text.WriteLine($"  upstream     {upstream.Id}: {Describe(upstream)}");
        text.Write(Secrets(secrets));
        text.WriteLine();
        text.WriteLine("Try it:");
        text.WriteLine(
            $"  curl {apiAddress}/v1/chat/completions -H 'Authorization: Bearer {secrets.ApiKey ?? "YOUR_KEY"}' -H 'Content-Type: application/json' "
                + $"-d '{{\"model\":\"{Model(catalog)}\",\"messages\":[{{\"role\":\"user\",\"content\":\"Hello\"}}]}}'"
        );
        return text.ToString();
    }

    /// <summary>The keys that were made; empty when there are none.</summary>
    public static string Secrets(FirstRunSecrets secrets)
    {
        var text = new StringWriter();
        if (secrets.AdminKey is { } admin)
            text.WriteLine($"  admin key    {admin}   (shown once)");
        if (secrets.ApiKey is { } key)
            text.WriteLine($"  API key      {key}   (shown once)");
        return text.ToString();
    }

    private static string Describe(Upstream upstream)
    {
        var models = upstream.Models.Count <= 4 ? string.Join(", ", upstream.Models) : string.Join(", ", upstream.Models.Take(3)) + ", ...";
        var rest = upstream.CatchAll ? " and every other model" : "";
        var where = upstream.Provider.Name == "simulator" ? "no provider is called" : upstream.Address.ToString();
        return $"{models}{rest} -> {where} ({upstream.Origin})";
    }

    private static string Model(CatalogSnapshot catalog)
    {
        if (catalog.Upstreams.Count > 0 && catalog.Upstreams[0] is { Provider.Name: "openai" or "simulator" } first)
            return first.Models.FirstOrDefault(m => !m.Contains('*', StringComparison.Ordinal)) ?? "gpt-4o-mini";
        return "gpt-4o-mini";
    }
}
