using System.Net.Http.Headers;
using System.Text;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Security;

/// <summary>Field report 118: a canary in everything that goes in must not be in anything that is kept.</summary>
public sealed class SecretLeakTests
{
    /// <summary>No known shape, so that masking by pattern cannot help.</summary>
    private const string Canary = "Zq7canaryXw3Vb9";
    private const string UpstreamKey = "upstream-" + Canary;
    private const string CallerKey = "caller-key-" + Canary;

    [Fact]
    public async Task Canary_InEveryInput_IsInNothingThatIsKept()
    {
        var log = new MemoryStream();
        await using var upstream = await FakeUpstream.StartAsync(AnswerAsync);
        var gateway = await TestGateway.StartAsync(
            new() { ["THE_KEY"] = UpstreamKey },
            $$$"""
            {"ReverseProxy":{"Clusters":{
              "one":{"Metadata":{"ApiKey":"${THE_KEY}","CatchAll":"true"},"Destinations":{"d":{"Address":"{{{upstream.Address}}}v1"} } }
            } } }
            """,
            configuration: new() { ["PROMPTGATEWAY_API_KEY"] = CallerKey },
            logOutput: log
        );
        string metrics,
            answers;
        await using (gateway)
        {
            answers = await CallEverythingAsync(gateway);
            metrics = await gateway.Management.GetStringAsync("/metrics");
            var rows = await LedgerRows.OfAsync(gateway, count: 6);
            string.Join("\n", rows).ShouldNotContain(Canary);
            foreach (var file in gateway.DataFiles)
                (await ReadSharedAsync(file)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Canary)).ShouldBe(-1, file);
        }

        metrics.ShouldNotContain(Canary);
        var lines = Encoding.UTF8.GetString(log.ToArray());
        lines.ShouldNotContain(Canary);
        lines.ShouldContain("\"operation\":\"chat\"");
        answers.ShouldNotContain(UpstreamKey);
        upstream.Received.ShouldContain(r => r.Headers["Authorization"] == "Bearer " + UpstreamKey);
        upstream.Received.ShouldAllBe(r => !r.Headers.Values.Any(v => v.Contains(CallerKey)));
    }

    private static Task AnswerAsync(Microsoft.AspNetCore.Http.HttpContext context, ReceivedRequest received) =>
        received.Text.Contains("fail-401", StringComparison.Ordinal) ? FakeUpstream.JsonAsync(context, Error("invalid_api_key"), 401)
        : received.Text.Contains("fail-400", StringComparison.Ordinal) ? FakeUpstream.JsonAsync(context, Error("bad"), 400)
        : received.Text.Contains("stream", StringComparison.Ordinal)
            ? FakeUpstream.StreamAsync(context, ChatAnswers.Text(Canary), "data: {\"error\":{\"message\":\"" + Canary + "\"}}\n\n")
        : FakeUpstream.JsonAsync(context, ChatAnswers.Plain.Replace("Hello there", Canary, StringComparison.Ordinal));

    private static string Error(string code) =>
        $$$"""{"error":{"message":"Incorrect API key provided: {{{UpstreamKey}}}. {{{Canary}}}","type":"t","param":null,"code":"{{{code}}}"}}""";

    private static async Task<string> CallEverythingAsync(TestGateway gateway)
    {
        using var caller = gateway.NewClient(CallerKey);
        caller.DefaultRequestHeaders.Add("X-Custom", Canary);
        caller.DefaultRequestHeaders.Add("Cookie", "session=" + Canary);
        caller.DefaultRequestHeaders.Add("User-Agent", "agent/" + Canary);
        caller.DefaultRequestHeaders.Add("traceparent", Canary);
        using var stranger = gateway.NewClient("stranger-" + Canary);
        var text = new StringBuilder();

        foreach (var kind in new[] { "plain", "fail-401", "fail-400", "stream" })
            await AddAsync(caller, "/v1/chat/completions?key=" + Canary, Json(kind));
        await AddAsync(caller, "/v1/chat/completions?key=" + Canary, Broken());
        await AddAsync(caller, "/v1/audio/transcriptions", Form());
        await AddAsync(caller, "/v1/files?api_key=" + Canary, new ByteArrayContent(Encoding.UTF8.GetBytes(Canary)));
        await AddAsync(caller, "/" + Canary, Json("plain"));
        await AddAsync(stranger, "/v1/chat/completions?key=" + Canary, Json("plain"));
        return text.ToString();

        async Task AddAsync(HttpClient client, string path, HttpContent content)
        {
            using var answer = await client.PostAsync(path, content);
            text.Append(answer.Headers).Append(await answer.Content.ReadAsStringAsync());
        }
    }

    private static StringContent Json(string kind) =>
        new(
            $$"""{"model":"gpt-4o-mini","stream":{{(kind == "stream" ? "true" : "false")}},"user":"{{kind}}","messages":[{"role":"user","content":"{{Canary}}"}]}""",
            Encoding.UTF8,
            "application/json"
        );

    private static StringContent Broken() => new("{\"model\":\"" + Canary + "\",\"a\":" + Canary, Encoding.UTF8, "application/json");

    private static MultipartFormDataContent Form() =>
        new()
        {
            { new StringContent("whisper-1"), "model" },
            { new StringContent(Canary), "prompt" },
            {
                new ByteArrayContent(Encoding.UTF8.GetBytes(Canary)) { Headers = { ContentType = new MediaTypeHeaderValue("audio/wav") } },
                "file",
                Canary + ".wav"
            },
        };

    private static async Task<byte[]> ReadSharedAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }
}
