using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Chat;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Providers.OpenAI;
using PromptGateway.Routing;

namespace PromptGateway.Cli.Replay;

/// <summary>An API that speaks chat completions: a provider's or a gateway's, which is told not to optimize what it gets.</summary>
internal sealed class ReplayTarget(HttpClient client, Uri baseAddress, string? key, TimeProvider time)
{
    private const int LongestReason = 300;
    private readonly Uri _address = new(baseAddress.ToString().TrimEnd('/') + "/chat/completions");
    private readonly PriceList _prices = PriceList.Load();

    /// <summary>Never throws for what the target does: that is an answer too.</summary>
    public async Task<ReplayAnswer> AskAsync(byte[] payload, string model, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(payload) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add(OptimizationHeaders.Optimize, PolicyChooser.Off);
            if (key is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var response = await client.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var latency = time.GetElapsedTime(started).TotalMilliseconds;
            return response.IsSuccessStatusCode
                ? Read(body, model, latency)
                : new ReplayAnswer { Error = $"{(int)response.StatusCode}: {Short(Encoding.UTF8.GetString(body))}", LatencyMs = latency };
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            var reason = e is OperationCanceledException ? "no answer in time" : e.Message;
            return new ReplayAnswer { Error = Short(reason), LatencyMs = time.GetElapsedTime(started).TotalMilliseconds };
        }
    }

    private ReplayAnswer Read(byte[] body, string model, double latency)
    {
        try
        {
            var answer = JsonNode.Parse(body)!;
            var message = answer["choices"]![0]!["message"]!;
            var usage = new TokenUsage();
            var measured =
                answer["usage"] is JsonObject reported && OpenAIUsage.TryRead(Encoding.UTF8.GetBytes(reported.ToJsonString()), ref usage);
            var nano = measured ? PriceOf(model)?.CostNanoUsd(usage) : null;
            return new ReplayAnswer
            {
                Text = message["content"]?.GetValue<string>() ?? message["tool_calls"]?.ToJsonString() ?? "",
                InputTokens = usage.InputTokens,
                CachedInputTokens = usage.CachedInputTokens,
                OutputTokens = usage.OutputTokens,
                CostUsd = nano / 1_000_000_000m,
                LatencyMs = latency,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or ArgumentOutOfRangeException)
        {
            return new ReplayAnswer
            {
                Error = "the answer is no chat completion: " + Short(Encoding.UTF8.GetString(body)),
                LatencyMs = latency,
            };
        }
    }

    private ModelPrice? PriceOf(string model)
    {
        foreach (var provider in (string[])["openai", "anthropic", "simulator"])
            if (_prices.Find(provider, model) is { } price)
                return price;
        return null;
    }

    private static string Short(string text) => text.Length > LongestReason ? text[..LongestReason] + "..." : text;
}
