using System.Text;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Endpoints;

/// <summary>Whatever arrives, the gateway answers with something below 500, or the upstream's answer.</summary>
public sealed class FuzzTests
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW"];
    private static readonly string[] Paths =
    [
        "/v1/chat/completions",
        "/v1/responses",
        "/v1/messages",
        "/v1/embeddings",
        "/v1/audio/transcriptions",
        "/v1/files",
        "/v1/models",
        "/v1/models/gpt-4o",
        "/v1/realtime",
        "/v1/",
        "/v1",
        "/",
        "/v1//chat//completions",
        "/v1/../etc/passwd",
        "/v1/%00",
        "/v1/%ff%fe",
        "/v1/chat%2fcompletions",
        "/V1/Chat/Completions/",
        "/metrics",
        "/admin/keys",
        "/v1/\u00e9",
    ];
    private static readonly string[] Types =
    [
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "",
    ];
    private static readonly string[] Starts =
    [
        "{",
        "{\"model\":",
        "{\"model\":\"gpt-4o\",",
        "--x\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n",
        "",
    ];

    [Fact]
    public async Task RandomRequests_NeverFailInsideTheGateway()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var random = new Random(11);

        for (var i = 0; i < 600; i++)
        {
            var body = new byte[random.Next(0, 300)];
            random.NextBytes(body);
            body = [.. Encoding.Latin1.GetBytes(Starts[random.Next(Starts.Length)]), .. body];
            using var request = new HttpRequestMessage(
                new HttpMethod(Methods[random.Next(Methods.Length)]),
                new Uri(gateway.Address, Paths[random.Next(Paths.Length)])
            );
            if (request.Method.Method is not ("GET" or "HEAD" or "TRACE"))
                request.Content = ChatRequests.Raw(body, Types[random.Next(Types.Length)]);

            using var answer = await gateway.Client.SendAsync(request);

            ((int)answer.StatusCode).ShouldBeLessThan(500, $"{request.Method} {request.RequestUri} {Convert.ToHexString(body)}");
        }
    }

    [Fact]
    public async Task MutatedPrompts_AreRefusedOrPassUnchanged()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var random = new Random(12);
        var original = Encoding.UTF8.GetBytes(
            """{"model":"gpt-4o-mini","a":[1,-2.5e3,{"b":"\u00e9x"}],"messages":[{"role":"user","content":"Grüße"}]}"""
        );

        for (var i = 0; i < 600; i++)
        {
            var body = original.ToArray();
            for (var n = random.Next(1, 3); n > 0; n--)
                body[random.Next(body.Length)] = (byte)random.Next(256);

            using var answer = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Raw(body));

            ((int)answer.StatusCode).ShouldBeOneOf(200, 400, 404);
            if ((int)answer.StatusCode == 200)
                upstream.Last.Body.ShouldBe(body);
        }
    }
}
