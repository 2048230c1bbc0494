using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Grafana;

/// <summary>
/// A gateway, upstreams that behave well and badly, and clients that do all that the dashboards tell of: chats, streams, errors, broken
/// streams, throttling, retries, failovers, refusals, budgets, unknown prices.
/// </summary>
internal sealed class SimulatedLoad : IAsyncDisposable
{
    private readonly FakeUpstream _upstream;
    private readonly List<HttpClient> _clients = [];
    private int _sent;
    private int _asked;

    private SimulatedLoad(FakeUpstream upstream, TestGateway gateway) => (_upstream, Gateway) = (upstream, gateway);

    public TestGateway Gateway { get; }

    public static async Task<SimulatedLoad> StartAsync()
    {
        var upstream = await FakeUpstream.StartAsync();
        var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.Clusters(
                YarpFile.Cluster("adead", [Nobody()], ("Models", "gpt-4o-mini"), ("CatchAll", "false")),
                YarpFile.Cluster("main", [upstream.Address], ("Models", "gpt-4o-mini")),
                YarpFile.Cluster("pair", [Nobody(), upstream.Address], ("Models", "gpt-4.1"), ("CatchAll", "false"))
            ),
            configuration: LoadConfiguration.Settings
        );
        var load = new SimulatedLoad(upstream, gateway);
        upstream.Answer = load.AnswerAsync;
        load._clients.Add(await load.NewCallerAsync("app", "search"));
        load._clients.Add(await load.NewCallerAsync("batch", "data"));
        load._clients.Add(await load.NewCallerAsync("greedy", "data", """[{"requests":2,"per":"minute"}]"""));
        return load;
    }

    /// <summary>A handful of requests of each kind.</summary>
    public async Task RoundAsync()
    {
        foreach (var client in _clients)
        {
            foreach (var model in (string[])["gpt-4o-mini", "gpt-4.1", "gpt-4o", "no-such-price"])
                await SendAsync(client, model, stream: false);
            // At once, so that one that may not run beside another has to wait.
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SendAsync(client, "gpt-4o", stream: true)));
        }
        using var stranger = Gateway.NewClient("sk-nobody-0123456789abcdef");
        await SendAsync(stranger, "gpt-4o", stream: false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        await Gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    private async Task SendAsync(HttpClient client, string model, bool stream)
    {
        var body = new JsonObject
        {
            ["model"] = model,
            ["stream"] = stream,
            ["messages"] = LoadConfiguration.ConversationOf(Interlocked.Increment(ref _sent)),
        };
        try
        {
            using var answer = await client.PostAsJsonAsync(ChatRequests.Path, body);
            await answer.Content.ReadAsByteArrayAsync();
        }
        catch (HttpRequestException)
        {
            // A stream that the upstream broke off ends so for the client, too.
        }
    }

    /// <summary>Most answers are good; of the rest, each kind comes round every few requests.</summary>
    private Task AnswerAsync(HttpContext context, ReceivedRequest request)
    {
        var turn = Interlocked.Increment(ref _asked) % 12;
        if (request.Text.Contains("\"stream\":true", StringComparison.Ordinal))
            return turn switch
            {
                0 or 6 => CutAsync(context),
                3 or 9 => FakeUpstream.StreamAsync(context, ChatAnswers.Text("no usage"), ChatAnswers.Finish, ChatAnswers.Done),
                _ => StreamAsync(context),
            };
        return turn switch
        {
            1 => FakeUpstream.JsonAsync(context, """{"error":{"message":"down","type":"server_error"}}""", 500),
            4 => FakeUpstream.JsonAsync(context, """{"error":{"message":"slow down","type":"rate_limit"}}""", 429),
            7 => FakeUpstream.JsonAsync(context, """{"error":{"message":"bad","type":"invalid_request_error"}}""", 400),
            _ => FakeUpstream.JsonAsync(context, ChatAnswers.Plain),
        };
    }

    private static Task StreamAsync(HttpContext context) =>
        FakeUpstream.StreamAsync(
            context,
            ChatAnswers.Text("Hel"),
            ChatAnswers.Text("lo"),
            ChatAnswers.Finish,
            ChatAnswers.UsageChunk,
            ChatAnswers.Done
        );

    private static async Task CutAsync(HttpContext context)
    {
        await FakeUpstream.StreamAsync(context, ChatAnswers.Text("Hel"));
        context.Abort();
    }

    private async Task<HttpClient> NewCallerAsync(string name, string team, string limits = "[]")
    {
        using var answer = await Gateway.Management.PostAsync(
            "/admin/keys",
            new StringContent(
                $$"""{"name":"{{name}}","team":"{{team}}","limits":{{limits}}}""",
                new MediaTypeHeaderValue("application/json")
            )
        );
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        var key = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["key"]!.GetValue<string>();
        return Gateway.NewClient(key);
    }

    /// <summary>An address at which nothing listens.</summary>
    private static Uri Nobody()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}");
    }
}
