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
        GatewaySettings settings
    )
    {
        var text = new StringWriter();
        text.WriteLine();
        text.WriteLine("PromptGateway");
        text.WriteLine($"  API          {apiAddress}/v1   (/healthz, /readyz)");
        text.WriteLine($"  management   {managementAddress}   (/metrics, /admin)");
        text.WriteLine($"  data         {Path.GetFullPath(settings.Data)}");
        foreach (var upstream in catalog.Upstreams)
            text.WriteLine($"  upstream     {upstream.Id}: {Describe(upstream)}");
        text.Write(Secrets(secrets));
        text.WriteLine();
        // A key of the gateway is of no use to a provider.
        var theirOwn = settings.PassThrough && catalog.Upstreams.All(upstream => upstream.PassThrough);
        text.WriteLine(
            theirOwn ? "Try it, with a key of the provider's:"
            : secrets.ApiKey is null ? "Try it, with a key that you have ('promptgateway keys create --name app' makes one):"
            : "Try it:"
        );
        text.WriteLine("  " + FirstCall.Command(apiAddress, catalog, theirOwn ? null : secrets.ApiKey ?? "YOUR_KEY"));
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
}
