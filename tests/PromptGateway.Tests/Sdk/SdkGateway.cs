using System.ClientModel;
using System.ClientModel.Primitives;
using Anthropic;
using OpenAI;
using PromptGateway.Chat;
using PromptGateway.Tests.Gateway;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Sdk;

/// <summary>
/// A gateway with the simulator behind it, and the official SDKs in front of it with only address and key changed. The ids of the
/// answers are kept, so that a test can look up the ledger row of a call whose SDK hides its headers.
/// </summary>
internal sealed class SdkGateway : IAsyncDisposable
{
    private readonly IdRecorder _recorder = new();
    private readonly HttpClient _http;

    private SdkGateway(TestGateway gateway)
    {
        Gateway = gateway;
        _http = new HttpClient(_recorder);
    }

    public TestGateway Gateway { get; }

    public ApiKeyCredential Credential { get; } = new(TestGateway.ApiKey);

    public Uri Endpoint => new(Gateway.Address, "v1");

    public OpenAIClient OpenAI =>
        new(
            Credential,
            new OpenAIClientOptions
            {
                Endpoint = Endpoint,
                Transport = new HttpClientPipelineTransport(_http),
                RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            }
        );

    public AnthropicClient Anthropic =>
        new()
        {
            BaseUrl = Gateway.Address.GetLeftPart(UriPartial.Authority),
            ApiKey = TestGateway.ApiKey,
            HttpClient = _http,
            MaxRetries = 0,
        };

    /// <summary>Authorization header of the last request, as the SDK sent it.</summary>
    public string? LastAuthorization => _recorder.LastAuthorization;

    public static async Task<SdkGateway> StartAsync() => new(await TestGateway.StartAsync());

    /// <summary>The ledger row of the last call.</summary>
    public Task<UsageRecord> LastRowAsync() => Gateway.LedgerRowAsync(_recorder.LastId!);

    /// <summary>The last call's row, after checking what holds for every call that went well.</summary>
    public async Task<UsageRecord> LastGoodRowAsync(string operation, string? model)
    {
        var row = await LastRowAsync();
        row.Operation.ShouldBe(operation);
        row.Outcome.ShouldBe("ok");
        row.Status.ShouldBe(200);
        row.Attempts.ShouldBe(1);
        row.Upstream.ShouldBe("simulator");
        row.RequestedModel.ShouldBe(model);
        row.KeyId.ShouldNotBeNullOrEmpty();
        row.DurationMicros.ShouldBeGreaterThan(0);
        return row;
    }

    /// <summary>A call that generates nothing costs nothing, and says that nobody reported usage.</summary>
    public async Task ShouldHaveCostNothingAsync(string operation = "other")
    {
        var row = await LastGoodRowAsync(operation, null);
        row.Usage.ShouldBe(default);
        row.UsageSource.ShouldBe(UsageSource.None);
        row.CostNanoUsd.ShouldBe(0);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Gateway.DisposeAsync();
    }

    private sealed class IdRecorder() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        public string? LastId { get; private set; }
        public string? LastAuthorization { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            LastAuthorization = request.Headers.Authorization?.ToString();
            var response = await base.SendAsync(request, cancellationToken);
            LastId = response.Headers.GetValues("x-request-id").Single();
            return response;
        }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new NotSupportedException("Tests call asynchronously.");
    }
}
