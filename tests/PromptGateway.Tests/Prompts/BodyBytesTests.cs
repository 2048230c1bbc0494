using System.Security.Cryptography;
using System.Text;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Prompts;

/// <summary>What the client writes is what the upstream reads (field reports 88, 89, 90).</summary>
public sealed class BodyBytesTests
{
    private static readonly string[] Values =
    [
        "1e400",
        "-0",
        "12345678901234567890123",
        "1.0",
        "1E+2",
        "0.10",
        "null",
        "true",
        "\"\\u00e9\\/\\ud83d\\ude00\"",
        "\"Grüße 世界 🌍\"",
        "[ 1,2 ,\t3 ]",
        "{ \"b\" : 1,\"a\":{ } }",
        "\"\\\"model\\\":\\\"gpt-5\\\"\"",
        "[]",
        "\"\"",
    ];
    private static readonly string[] Spaces = ["", " ", "\n", "\t", "\r\n  "];
    private static readonly string[] Names =
    [
        "temperature",
        "metadata",
        "x_unknown",
        "encoding_format",
        "Model",
        "usage",
        "\\u0061b",
        "é",
        "tools",
    ];

    /// <summary>A body with these members in random order and spacing.</summary>
    private static string Generate(Random random, params string[] members)
    {
        string Space() => Spaces[random.Next(Spaces.Length)];
        var all = new List<string>(members);
        var names = Names.ToArray();
        random.Shuffle(names);
        foreach (var name in names.Take(random.Next(names.Length)))
            all.Add($"\"{name}\"{Space()}:{Space()}{Values[random.Next(Values.Length)]}");
        var order = all.ToArray();
        random.Shuffle(order);
        return Space() + "{" + Space() + string.Join(Space() + "," + Space(), order) + Space() + "}" + Space();
    }

    private static async Task<byte[]> SendAsync(TestGateway gateway, FakeUpstream upstream, string body, string path)
    {
        using var answer = await gateway.Client.PostAsync(path, ChatRequests.Raw(Encoding.UTF8.GetBytes(body)));
        ((int)answer.StatusCode).ShouldBe(200, path + body + await answer.Content.ReadAsStringAsync());
        return upstream.Last.Body;
    }

    [Fact]
    public async Task NothingToEdit_HundredsOfBodies_HaveTheSameHash()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var random = new Random(7);
        string[] paths = ["/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/messages", "/v1/unknown/path"];

        for (var i = 0; i < 300; i++)
        {
            var path = paths[i % paths.Length];
            var model = path == "/v1/messages" ? "\"model\":\"claude-sonnet-4-5\"" : "\"model\":\"gpt-4o-mini\"";
            var body = Generate(random, model, "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]");
            var received = await SendAsync(gateway, upstream, body, path);
            SHA256.HashData(received).ShouldBe(SHA256.HashData(Encoding.UTF8.GetBytes(body)), body);
        }
    }

    [Fact]
    public async Task AliasAndStreamOptions_OnlyThoseBytesChange()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.One(upstream.Address, ("Aliases", "fast=gpt-4o-mini-2024-07-18"))
        );
        var random = new Random(8);
        (string Sent, string Received)[] options =
        [
            ("\"stream_options\":null", "\"stream_options\":{\"include_usage\":true}"),
            ("\"stream_options\" : { }", "\"stream_options\" : {\"include_usage\":true }"),
            ("\"stream_options\":{\"include_usage\": false}", "\"stream_options\":{\"include_usage\": true}"),
            ("\"stream_options\":{\"include_usage\": true}", "\"stream_options\":{\"include_usage\": true}"),
        ];

        for (var i = 0; i < 200; i++)
        {
            var (sent, expected) = options[i % options.Length];
            var body = Generate(random, "\"model\": \"f\\u0061st\"", "\"stream\":true", sent);
            var received = await SendAsync(gateway, upstream, body, ChatRequests.Path);
            Encoding
                .UTF8.GetString(received)
                .ShouldBe(
                    body.Replace("\"f\\u0061st\"", "\"gpt-4o-mini-2024-07-18\"", StringComparison.Ordinal)
                        .Replace(sent, expected, StringComparison.Ordinal)
                );
        }
    }

    [Fact]
    public async Task ExplicitNull_StaysAndAbsentStaysAbsent()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        const string body = """{"model":"text-embedding-3-small","input":"x","encoding_format":null}""";

        (await SendAsync(gateway, upstream, body, "/v1/embeddings")).ShouldBe(Encoding.UTF8.GetBytes(body));
    }

    [Theory]
    [InlineData(1 << 20, false)]
    [InlineData(10 << 20, false)]
    [InlineData(32 << 20, false)]
    [InlineData(10 << 20, true)]
    public async Task LargePrompts_PassWhole(int size, bool chunked)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var body = Encoding.UTF8.GetBytes(
            "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"" + new string('a', size) + "\"}]}"
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, ChatRequests.Path) { Content = ChatRequests.Raw(body) };
        request.Headers.TransferEncodingChunked = chunked;

        using var answer = await gateway.Client.SendAsync(request);

        ((int)answer.StatusCode).ShouldBe(200);
        SHA256.HashData(upstream.Last.Body).ShouldBe(SHA256.HashData(body));
        upstream.Last.Headers["Content-Length"].ShouldBe(body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OverTheCap_Is413AndNothingGoesUpstream(bool chunked)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: new() { ["Prompts:MaxBodyBytes"] = "2000" }
        );
        var body = "{\"model\":\"gpt-4o-mini\",\"input\":\"" + new string('a', 2000) + "\"}";
        using var client = await RawClient.ConnectAsync(gateway);

        await client.SendAsync(
            chunked
                ? RawClient.Head(ChatRequests.Path, "Transfer-Encoding: chunked\r\n") + $"{body.Length:x}\r\n{body}\r\n0\r\n\r\n"
                : RawClient.Head(ChatRequests.Path, $"Content-Length: {body.Length}\r\n")
        );

        var answer = await client.ReadAnswerAsync();
        answer.Status.ShouldBe(413);
        answer.Body.ShouldContain("\"code\":\"request_too_large\"");
        upstream.Received.ShouldBeEmpty();
    }
}
