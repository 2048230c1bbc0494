using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using PromptGateway.Routing;

namespace PromptGateway.Budgets;

/// <summary>Posts one alert, once.</summary>
/// <param name="environment">Variables and secret files, for references.</param>
/// <param name="time">For the timestamp.</param>
internal sealed class WebhookClient(Func<string, string?> environment, TimeProvider time) : IDisposable
{
    public const string IdHeader = "x-promptgateway-alert-id";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = 64 * 1024,
    };

    /// <returns>Null when the receiver has accepted it with a 2xx; else why not, without anything secret.</returns>
    public async Task<string?> TryPostAsync(WebhookOptions options, BudgetAlert alert, CancellationToken cancellationToken)
    {
        string? missing = null;
        var secret = EnvironmentReference.Resolve(options.Secret!, environment, name => missing = name);
        if (missing is not null)
            return $"the variable or secret file {missing} of its secret is not there";
        try
        {
            using var request = Request(options.Url!, secret, alert);
            using var answer = await _http.SendAsync(request, cancellationToken);
            return answer.IsSuccessStatusCode ? null : $"it answered {(int)answer.StatusCode}";
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "it did not answer in time";
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(string url, string secret, BudgetAlert alert)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(alert, StoredAlert.Json);
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(IdHeader, alert.Id);
        request.Headers.Add(WebhookSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Of(secret, timestamp, body));
        return request;
    }
}
