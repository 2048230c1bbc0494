using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Prompts;

public sealed class CompressedBodyTests
{
    private static byte[] Compress(string encoding, byte[] bytes)
    {
        var output = new MemoryStream();
        using (
            Stream stream = encoding switch
            {
                "gzip" => new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true),
                "br" => new BrotliStream(output, CompressionLevel.Fastest, leaveOpen: true),
                _ => new ZLibStream(output, CompressionLevel.Optimal, leaveOpen: true),
            }
        )
            stream.Write(bytes);
        return output.ToArray();
    }

    private static async Task<(int Status, string Text)> SendAsync(TestGateway gateway, byte[] body, string encoding)
    {
        var content = ChatRequests.Raw(body);
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        using var answer = await gateway.Client.PostAsync(ChatRequests.Path, content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task KnownEncoding_GoesUpstreamInPlainBytes(string encoding)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        var (status, text) = await SendAsync(gateway, Compress(encoding, Encoding.UTF8.GetBytes(ChatRequests.Plain)), encoding);

        status.ShouldBe(200, text);
        upstream.Last.Text.ShouldBe(ChatRequests.Plain);
        upstream.Last.Headers.Keys.ShouldNotContain("Content-Encoding");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Bomb_Is413(string encoding)
    {
        await using var gateway = await TestGateway.StartAsync(configuration: new() { ["Prompts:MaxBodyBytes"] = "100000" });

        var (status, text) = await SendAsync(gateway, Compress(encoding, new byte[50 << 20]), encoding);

        status.ShouldBe(413);
        text.ShouldContain("request_too_large");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task BrokenData_Is400(string encoding)
    {
        await using var gateway = await TestGateway.StartAsync();
        var whole = Compress(encoding, Encoding.UTF8.GetBytes(ChatRequests.Plain));

        foreach (
            var body in (byte[][])
                [
                    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                    whole[..(whole.Length / 2)],
                    [],
                ]
        )
        {
            var (status, text) = await SendAsync(gateway, body, encoding);
            status.ShouldBe(400);
            JsonNode.Parse(text)!["error"]!["type"]!.GetValue<string>().ShouldBe("invalid_request_error");
        }
    }

    [Fact]
    public async Task UnknownEncoding_Is415()
    {
        await using var gateway = await TestGateway.StartAsync();

        var (status, text) = await SendAsync(gateway, Encoding.UTF8.GetBytes(ChatRequests.Plain), "zstd");

        status.ShouldBe(415);
        text.ShouldContain("zstd");
    }
}
