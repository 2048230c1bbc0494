namespace PromptGateway.Hosting;

/// <summary>Judges the addresses to listen on before anything is opened or made.</summary>
internal static class AddressRules
{
    /// <summary>Everything that is wrong with them, in words that say what to write.</summary>
    public static IReadOnlyList<string> Faults(GatewaySettings settings)
    {
        var (faults, seen) = (new List<string>(), new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        Judge("Gateway:Urls (--urls)", settings.Urls, GatewaySettings.DefaultUrls, seen, faults);
        Judge("Gateway:ManagementUrls (--management-urls)", settings.ManagementUrls, GatewaySettings.DefaultManagementUrls, seen, faults);
        return faults;
    }

    private static void Judge(string setting, string urls, string example, HashSet<string> seen, List<string> faults)
    {
        var entries = Listening.Split(urls);
        if (entries.Length == 0)
            faults.Add($"{setting} names no address; write one such as {example}.");
        foreach (var entry in entries)
            if (Fault(entry, example, seen) is { } fault)
                faults.Add($"{setting}: '{entry}' {fault}");
    }

    private static string? Fault(string entry, string example, HashSet<string> seen)
    {
        if (Parse(entry) is not { } address || !IsHttp(address.Scheme))
            return $"is not an address; write one such as {example}.";
        if (!address.IsUnixPipe && address.Port is < 0 or > 65535)
            return "has no port from 0 to 65535.";
        if (address.PathBase.Length > 0)
            return "has a path, which an address to listen on cannot have; the API is always below /v1.";
        var free = !address.IsUnixPipe && address.Port == 0;
        return free || seen.Add(address.IsUnixPipe ? entry : $"{address.Host}:{address.Port}")
            ? null
            : "stands twice; each address listens once.";
    }

    private static bool IsHttp(string scheme) =>
        scheme.Equals("http", StringComparison.OrdinalIgnoreCase) || scheme.Equals("https", StringComparison.OrdinalIgnoreCase);

    private static BindingAddress? Parse(string entry)
    {
        try
        {
            return BindingAddress.Parse(entry);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
