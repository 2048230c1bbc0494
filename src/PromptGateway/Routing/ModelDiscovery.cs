using System.Collections.Concurrent;
using System.Text.Json;

namespace PromptGateway.Routing;

/// <summary>
/// Asks upstreams that serve any name (a local server, a reseller) which models they have, for the list that callers see. Answers are
/// kept for a minute; an upstream that does not answer in time contributes nothing.
/// </summary>
internal sealed class ModelDiscovery(HttpClient http, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, (DateTimeOffset At, IReadOnlyList<string> Names)> _known = new();

    public async Task<IReadOnlyList<string>> NamesAsync(Upstream upstream, CancellationToken cancellationToken)
    {
        if (upstream.PassThrough || upstream.Provider.Name == "anthropic")
            return [];
        if (_known.TryGetValue(upstream.Id, out var known) && time.GetUtcNow() - known.At < Fresh)
            return known.Names;
        var names = await AskAsync(upstream, cancellationToken);
        _known[upstream.Id] = (time.GetUtcNow(), names);
        return names;
    }

    private async Task<IReadOnlyList<string>> AskAsync(Upstream upstream, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            upstream.Address.ToString().TrimEnd('/') + upstream.Provider.MapPath("/v1/models")
        );
        if (upstream.Secret is { } secret)
            upstream.Provider.Authorize(request, secret);
        try
        {
            using var answer = await http.SendAsync(request, cancellationToken);
            if (!answer.IsSuccessStatusCode)
                return [];
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
            return
            [
                .. json
                    .RootElement.GetProperty("data")
                    .EnumerateArray()
                    .Select(m => m.GetProperty("id").GetString())
                    .OfType<string>()
                    .Take(10_000),
            ];
        }
        catch (Exception e)
            when (e is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException or TaskCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return [];
        }
    }
}
