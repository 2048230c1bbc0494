using System.Net;
using System.Text;
using System.Text.Json;
using PromptGateway.Simulator;

namespace PromptGateway.Tests.Simulator;

public sealed class SimulatorRobustnessTests : SimulatorTests
{
    [Theory]
    [InlineData("/v1/chat/completions", "{")]
    [InlineData("/v1/chat/completions", "[]")]
    [InlineData("/v1/chat/completions", "")]
    [InlineData("/v1/chat/completions", "{}")]
    [InlineData("/v1/chat/completions", """{"model":"gpt-4o","messages":[]}""")]
    [InlineData("/v1/chat/completions", """{"model":"gpt-4o","messages":[7]}""")]
    [InlineData("/v1/chat/completions", """{"model":7,"messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"\ud800"}]}""")]
    [InlineData("/v1/chat/completions", """{"model":"m","n":0,"messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData("/v1/chat/completions", """{"model":"m","max_tokens":1.5,"messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData("/v1/chat/completions", """{"model":"m","tool_choice":7,"messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData("/v1/chat/completions", """{"model":"m","tools":[{"type":"function"}],"messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData("/v1/chat/completions", """{"model":"m","stop":["a","b","c","d","e"],"messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData("/v1/responses", """{"model":"m","input":7}""")]
    [InlineData("/v1/responses", """{"model":"m","input":"Hi","max_output_tokens":1}""")]
    [InlineData("/v1/responses", """{"model":"m","input":"Hi","include":[7]}""")]
    [InlineData("/v1/responses", """{"model":"m","input":[[]]}""")]
    [InlineData("/v1/completions", """{"model":"m","prompt":["a","b"]}""")]
    [InlineData("/v1/embeddings", """{"model":"m","input":[{}]}""")]
    [InlineData("/v1/moderations", """{"input":7}""")]
    [InlineData("/v1/images/generations", """{"prompt":""}""")]
    [InlineData("/v1/batches", """{"input_file_id":"none","endpoint":"/v1/embeddings"}""")]
    [InlineData("/v1/files", """{"purpose":"batch"}""")]
    public async Task OpenAI_BadBody_Gets400WithAllFourKeys(string path, string body)
    {
        using var response = await Simulator.PostAsync(path, body);
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        error.EnumerateObject().Select(member => member.Name).ShouldBe(["message", "type", "param", "code"]);
        error.GetProperty("type").GetString().ShouldBe("invalid_request_error");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"role":"robot","content":"Hi"}]}""")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":["Hi"]}]}""")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":""}]}]}""")]
    [InlineData("""{"model":"m","max_tokens":9,"tool_choice":{"type":"tool","name":"x"},"messages":[{"role":"user","content":"Hi"}]}""")]
    public async Task Anthropic_BadBody_Gets400InItsShape(string body)
    {
        using var response = await Simulator.PostAsync("/v1/messages", body);
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        error.GetProperty("type").GetString().ShouldBe("error");
        error.GetProperty("error").GetProperty("type").GetString().ShouldBe("invalid_request_error");
    }

    [Fact]
    public async Task Anthropic_SamplingUnderTheNewVersion_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages")
        {
            Content = new StringContent("""{"model":"m","max_tokens":9,"top_p":1,"messages":[{"role":"user","content":"Hi"}]}"""),
        };
        request.Headers.Add("anthropic-version", "2026-10-21");

        using var response = await Simulator.Http.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain("top_p");
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", 404, "unknown_url")]
    [InlineData("GET", "/", 404, "unknown_url")]
    [InlineData("DELETE", "/v1/chat/completions", 404, "unknown_url")]
    [InlineData("GET", "/v1/files/none", 404, "not_found")]
    [InlineData("GET", "/v1/realtime", 400, "websocket_required")]
    public async Task UnknownThing_IsRefusedInOpenAIsShape(string method, string path, int status, string code)
    {
        using var response = await Simulator.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        ((int)response.StatusCode).ShouldBe(status);
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe(code);
    }

    [Theory]
    [InlineData("/v1/models", "{\"error\":")]
    [InlineData("/v1/messages", "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\"")]
    public async Task WithoutSecret_EveryPathIs401(string path, string expected)
    {
        using var stranger = new HttpClient { BaseAddress = Simulator.Http.BaseAddress };

        using var response = await stranger.GetAsync(path);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await response.Content.ReadAsStringAsync()).ShouldStartWith(expected);
        Simulator.Host.Counters.Started.ShouldBe(0);
    }

    [Fact]
    public async Task Secret_AsApiKeyHeader_IsAccepted()
    {
        using var client = new HttpClient { BaseAddress = Simulator.Http.BaseAddress };
        client.DefaultRequestHeaders.Add("x-api-key", Simulator.Host.Secret);
        client.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");

        var models = JsonDocument.Parse(await client.GetStringAsync("/v1/models")).RootElement;

        models.GetProperty("data")[0].GetProperty("display_name").GetString().ShouldStartWith("claude");
        models.GetProperty("has_more").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Body_LargerThanTheBound_Gets413()
    {
        await using var small = await RunningSimulator.StartAsync(new SimulatorOptions { MaxBodyBytes = 1000 });

        using var response = await small.PostAsync("/v1/chat/completions", new string(' ', 1001));

        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await response.Content.ReadAsStringAsync()).ShouldContain("request_too_large");
    }

    [Fact]
    public async Task OnRequest_SeesTheBytesButNoCredentials()
    {
        var seen = new List<ReceivedRequest>();
        await using var watched = await RunningSimulator.StartAsync(new SimulatorOptions { OnRequest = seen.Add });

        await watched.PostTextAsync("/v1/chat/completions?x=1", """{ "model":"gpt-4o","n":01 }""");

        var request = seen.ShouldHaveSingleItem();
        (request.Method, request.Path).ShouldBe(("POST", "/v1/chat/completions?x=1"));
        Encoding.UTF8.GetString(request.Body.Span).ShouldBe("""{ "model":"gpt-4o","n":01 }""");
        request.Headers.Keys.ShouldContain("Content-Type");
        request.Headers.Keys.ShouldNotContain("Authorization");
    }

    [Fact]
    public async Task SameRequest_AtTwoSimulators_GetsTheSameText()
    {
        const string Body = """{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}""";
        await using var other = await RunningSimulator.StartAsync();

        var first = Content(await Simulator.PostJsonAsync("/v1/chat/completions", Body));
        var second = Content(await other.PostJsonAsync("/v1/chat/completions", Body));
        var otherModel = Content(
            await other.PostJsonAsync("/v1/chat/completions", Body.Replace("gpt-4o", "gpt-4.1", StringComparison.Ordinal))
        );

        second.ShouldBe(first);
        otherModel.ShouldNotBe(first);
    }

    [Fact]
    public async Task Files_BeyondTheBound_ForgetTheOldest()
    {
        await using var small = await RunningSimulator.StartAsync(new SimulatorOptions { MaxStoredBytes = 3100 });
        for (var i = 0; i < 3; i++)
        {
            using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" } };
            form.Add(new ByteArrayContent(new byte[1000]), "file", $"{i}.bin");
            (await small.Http.PostAsync("/v1/files", form)).EnsureSuccessStatusCode();
        }

        var listed = JsonDocument.Parse(await small.Http.GetStringAsync("/v1/files")).RootElement.GetProperty("data");

        listed.EnumerateArray().Select(file => file.GetProperty("filename").GetString()).ShouldBe(["2.bin", "1.bin"]);
    }

    private static string Content(JsonElement answer) =>
        answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
}
