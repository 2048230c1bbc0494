using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Deploy;

/// <summary>The command lines and variables of image and manifests, run as they stand there.</summary>
public sealed class ContainerTests
{
    private const string Key = "container-key-0123456789";

    private static readonly Dictionary<string, string> Keys = new()
    {
        ["PROMPTGATEWAY_API_KEY"] = Key,
        ["PROMPTGATEWAY_ADMIN_KEY"] = "container-admin-key-0123456789",
    };

    private static HttpRequestMessage Ask(bool stream) =>
        new(HttpMethod.Post, "/v1/chat/completions")
        {
            Headers = { { "Authorization", "Bearer " + Key } },
            Content = new StringContent(
                $$"""{"model":"gpt-4o-mini","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hello"}]}""",
                Encoding.UTF8,
                "application/json"
            ),
        };

    public static TheoryData<string> Places => ["Dockerfile", "ingress", "sidecar-example", "chart single.yaml"];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Container_AsItsManifestStartsIt_AnswersItsProbesAndACall(string place)
    {
        var gateway = Manifests.Gateways().First(g => g.Where == place);
        // Callers of the sidecar bring keys of the provider, which nobody here has.
        var extra = new Dictionary<string, string>(Keys)
        {
            ["PROMPTGATEWAY_PASSTHROUGH"] = "false",
            // Nor is the cluster's database.
            ["PROMPTGATEWAY_DATABASE_FILE"] = "",
        };

        await using var container = await ContainerProcess.StartAsync(gateway, extra);

        foreach (var path in gateway.Paths.Append("/healthz"))
            (await container.Client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK, path);
        foreach (var command in gateway.Commands[1..])
            (await container.RunAsync(command)).ShouldBe(0, string.Join(' ', command));
        (await container.Client.SendAsync(Ask(stream: false))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Container_ToldToEndDuringAStream_LetsItEndAndEndsWell()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                await FakeUpstream.StreamAsync(context, ChatAnswers.Text("Hel"));
                await goOn.Task;
                await context.Response.WriteAsync(ChatAnswers.Text("lo") + ChatAnswers.Finish + ChatAnswers.UsageChunk + ChatAnswers.Done);
            }
        );
        var extra = new Dictionary<string, string>(Keys);
        foreach (var (name, value) in upstream.Environment)
            extra[name] = value;
        await using var container = await ContainerProcess.StartAsync(Manifests.Gateways().First(g => g.Where == "Dockerfile"), extra);
        using var open = await container.Client.SendAsync(Ask(stream: true), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await open.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(body);
        (await reader.ReadLineAsync())!.ShouldContain("Hel");

        container.Stop();
        while (await IsReadyAsync(container))
            await Task.Yield();
        goOn.SetResult();

        (await reader.ReadToEndAsync()).ShouldEndWith("data: [DONE]\n\n");
        (await container.ExitAsync()).ShouldBe(0);
    }

    /// <summary>Longer than the two seconds that the command line's library would give any command.</summary>
    [Fact]
    public async Task Container_ToldToEndDuringAStreamThatGoesOn_KeepsItForTheDrainTimeAndSaysWhy()
    {
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                await FakeUpstream.StreamAsync(context, ChatAnswers.Text("Hel"));
                await never.Task;
            }
        );
        var extra = new Dictionary<string, string>(Keys) { ["PROMPTGATEWAY__Forwarding__DrainTimeout"] = "00:00:03" };
        foreach (var (name, value) in upstream.Environment)
            extra[name] = value;
        await using var container = await ContainerProcess.StartAsync(Manifests.Gateways().First(g => g.Where == "Dockerfile"), extra);
        using var open = await container.Client.SendAsync(Ask(stream: true), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await open.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(body);

        container.Stop();
        var lines = new List<string?>();
        do lines.Add(await reader.ReadLineAsync());
        while (lines[^1] is { } line && !line.Contains("gateway_shutdown", StringComparison.Ordinal));

        lines[^1].ShouldNotBeNull();
        (await container.ExitAsync()).ShouldBe(0);
        never.SetResult();
    }

    [Fact]
    public async Task HealthCheck_OfAGatewayThatIsNotThere_Fails()
    {
        var health = Manifests.Gateways().First(g => g.Where == "Dockerfile").Commands[1];

        (await Cli.CommandRun.OfAsync([.. health, "--management-urls", "http://127.0.0.1:1"])).ExitCode.ShouldBe(1);
    }

    /// <summary>Asked on a connection of its own: after the signal no new one is taken.</summary>
    private static async Task<bool> IsReadyAsync(ContainerProcess container)
    {
        using var client = new HttpClient { BaseAddress = container.Client.BaseAddress };
        try
        {
            return (await client.GetAsync("/readyz")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
