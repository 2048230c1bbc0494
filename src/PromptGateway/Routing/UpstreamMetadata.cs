using System.Globalization;
using PromptGateway.Providers;
using Yarp.ReverseProxy.Configuration;

namespace PromptGateway.Routing;

/// <summary>
/// Reads what a cluster of <c>yarp.json</c> says in its <c>Metadata</c> (all values are strings, as YARP defines it). Every mistake is
/// added to the list; unknown keys are mistakes, because a misspelt limit that does nothing is worse than an error.
/// </summary>
internal static class UpstreamMetadata
{
    public const string ApiKey = "ApiKey";

    private static readonly string[] Known =
    [
        "Provider",
        ApiKey,
        "Models",
        "Aliases",
        "CatchAll",
        "PassThrough",
        "OnClientGone",
        "FirstByteTimeout",
        "TotalTimeout",
        "BatchDiscount",
    ];

    public static Upstream? Read(
        ClusterConfig cluster,
        IReadOnlyDictionary<string, IProvider> providers,
        string origin,
        List<string> errors
    )
    {
        var before = errors.Count;
        var metadata = cluster.Metadata ?? new Dictionary<string, string>();
        void Wrong(string what) => errors.Add($"cluster '{cluster.ClusterId}' ({origin}): {what}");

        foreach (var key in metadata.Keys)
            if (!Known.Contains(key, StringComparer.OrdinalIgnoreCase))
                Wrong($"unknown metadata '{key}'; known are {string.Join(", ", Known)}");

        var providerName = metadata.GetValueOrDefault("Provider", "openai");
        if (!providers.TryGetValue(providerName, out var provider))
            Wrong($"unknown provider '{providerName}'; known are {string.Join(", ", providers.Keys.Order())}");
        var address = FirstAddress(cluster, Wrong);
        var models = List(metadata, "Models");
        var upstream = new Upstream
        {
            Id = cluster.ClusterId,
            Provider = provider!,
            Secret = metadata.GetValueOrDefault(ApiKey) is { Length: > 0 } secret ? secret : null,
            PassThrough = Flag(metadata, "PassThrough", Wrong),
            Models = models.Count > 0 ? models : provider?.DefaultModels ?? [],
            CatchAll = Flag(metadata, "CatchAll", Wrong),
            Aliases = Aliases(metadata, Wrong),
            OnClientGone = OnClientGone(metadata, Wrong),
            FirstByteTimeout = Duration(metadata, "FirstByteTimeout", Wrong),
            IdleTimeout = cluster.HttpRequest?.ActivityTimeout ?? Upstream.DefaultIdleTimeout,
            TotalTimeout = Duration(metadata, "TotalTimeout", Wrong),
            BatchDiscount = Percent(metadata, "BatchDiscount", Upstream.UsualBatchDiscount, Wrong),
            Origin = origin,
            Address = address ?? new Uri("http://invalid/"),
        };
        if (upstream is { PassThrough: true, Secret: not null })
            Wrong("PassThrough and ApiKey exclude each other: with PassThrough the caller's own key goes upstream");
        return errors.Count == before ? upstream : null;
    }

    private static Uri? FirstAddress(ClusterConfig cluster, Action<string> wrong)
    {
        Uri? first = null;
        foreach (var (name, destination) in cluster.Destinations ?? new Dictionary<string, DestinationConfig>())
        {
            if (Uri.TryCreate(destination.Address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
                first ??= uri;
            else
                wrong($"destination '{name}' has no absolute http(s) address, such as https://api.example.com/v1");
        }
        if (cluster.Destinations is null or { Count: 0 })
            wrong("at least one destination is needed");
        return first;
    }

    private static List<string> List(IReadOnlyDictionary<string, string> metadata, string key) =>
        [.. metadata.GetValueOrDefault(key, "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static Dictionary<string, string> Aliases(IReadOnlyDictionary<string, string> metadata, Action<string> wrong)
    {
        var aliases = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in List(metadata, "Aliases"))
        {
            var parts = pair.Split('=');
            if (parts is not [{ Length: > 0 }, { Length: > 0 }] || !aliases.TryAdd(parts[0], parts[1]))
                wrong($"alias '{pair}' is not of the form name=model, or stands twice");
        }
        return aliases;
    }

    private static bool Flag(IReadOnlyDictionary<string, string> metadata, string key, Action<string> wrong)
    {
        if (!metadata.TryGetValue(key, out var text))
            return false;
        if (bool.TryParse(text, out var value))
            return value;
        wrong($"{key} is '{text}', expected true or false");
        return false;
    }

    private static DisconnectPolicy OnClientGone(IReadOnlyDictionary<string, string> metadata, Action<string> wrong)
    {
        var text = metadata.GetValueOrDefault("OnClientGone", "cancel");
        if (Enum.TryParse<DisconnectPolicy>(text, ignoreCase: true, out var policy) && Enum.IsDefined(policy))
            return policy;
        wrong($"OnClientGone is '{text}', expected cancel or drain");
        return DisconnectPolicy.Cancel;
    }

    private static int Percent(IReadOnlyDictionary<string, string> metadata, string key, int usual, Action<string> wrong)
    {
        if (!metadata.TryGetValue(key, out var text))
            return usual;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= 100)
            return value;
        wrong($"{key} is '{text}', expected percent, 0 to 100");
        return usual;
    }

    private static TimeSpan? Duration(IReadOnlyDictionary<string, string> metadata, string key, Action<string> wrong)
    {
        if (!metadata.TryGetValue(key, out var text))
            return null;
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value > TimeSpan.Zero && value <= TimeSpan.FromDays(1))
            return value;
        wrong($"{key} is '{text}', expected a duration such as 00:00:30, at most a day");
        return null;
    }
}
