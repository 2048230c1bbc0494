using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Chat;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Prompts.Preview;
using PromptGateway.Providers.Anthropic;
using PromptGateway.Providers.OpenAI;
using PromptGateway.Routing;
using PromptGateway.Tokens;

namespace PromptGateway.Cli.Replay;

/// <summary>
/// An API that speaks chat completions, responses or messages: a provider's or a gateway's, which is told not to optimize what it gets.
/// </summary>
/// <param name="client">Sends.</param>
/// <param name="baseAddress">Up to <c>/v1</c>.</param>
/// <param name="keyFor">The API key by format; null: none is sent.</param>
/// <param name="time">Measures latency.</param>
internal sealed class ReplayTarget(HttpClient client, Uri baseAddress, Func<RequestFormat, string?> keyFor, TimeProvider time)
{
    private const int LongestReason = 300;
    private const string AnthropicVersion = "2023-06-01";
    private readonly string _base = baseAddress.ToString().TrimEnd('/');
    private readonly PriceList _prices = PriceList.Load();

    /// <summary>Never throws for what the target does: that is an answer too.</summary>
    public async Task<ReplayAnswer> AskAsync(byte[] payload, RequestFormat format, string model, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, AddressOf(format)) { Content = new ByteArrayContent(payload) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add(OptimizationHeaders.Optimize, PolicyChooser.Off);
            if (format == RequestFormat.Messages)
                request.Headers.Add("anthropic-version", AnthropicVersion);
            var key = keyFor(format);
            if (key is not null && format == RequestFormat.Messages)
                request.Headers.Add("x-api-key", key);
            else if (key is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var response = await client.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var latency = time.GetElapsedTime(started).TotalMilliseconds;
            return response.IsSuccessStatusCode
                ? Read(body, format, model, latency)
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

    private Uri AddressOf(RequestFormat format) =>
        new(
            _base
                + format switch
                {
                    RequestFormat.Responses => "/responses",
                    RequestFormat.Messages => "/messages",
                    _ => "/chat/completions",
                }
        );

    private ReplayAnswer Read(byte[] body, RequestFormat format, string model, double latency)
    {
        try
        {
            var answer = JsonNode.Parse(body)!;
            var usage = new TokenUsage();
            var measured = answer["usage"] is JsonObject reported && TryReadUsage(reported, format, ref usage);
            var nano = measured ? PriceOf(model)?.CostNanoUsd(usage) : null;
            return new ReplayAnswer
            {
                Text = ReplayText.Of(answer, format),
                InputTokens = usage.InputTokens,
                CachedInputTokens = usage.CachedInputTokens,
                OutputTokens = usage.OutputTokens,
                CostUsd = nano / 1_000_000_000m,
                LatencyMs = latency,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or ArgumentException)
        {
            return new ReplayAnswer
            {
                Error = $"the answer is none of the {PromptFormats.NameOf(format)} API: " + Short(Encoding.UTF8.GetString(body)),
                LatencyMs = latency,
            };
        }
    }

    private static bool TryReadUsage(JsonObject reported, RequestFormat format, ref TokenUsage usage)
    {
        var json = Encoding.UTF8.GetBytes(reported.ToJsonString());
        return format == RequestFormat.Messages ? AnthropicUsage.TryMerge(json, ref usage) : OpenAIUsage.TryRead(json, ref usage);
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
