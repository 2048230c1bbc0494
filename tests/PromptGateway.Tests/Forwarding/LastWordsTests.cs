using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Forwarding;

public sealed class LastWordsTests
{
    /// <summary>The client starts to read only after the connection was cut.</summary>
    [Fact]
    public async Task ClientThatReadsLate_StillGetsTheErrorEventAndNoCleanEnd()
    {
        await using var upstream = await PacedUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream.Upstream);
        using var client = await RawClient.ConnectAsync(gateway);
        var body = ChatRequests.Stream();
        await client.SendAsync(RawClient.Head(ChatRequests.Path, $"Content-Length: {body.Length}\r\n") + body);
        await upstream.SendAsync(ChatAnswers.Text("Hel"));
        upstream.End();
        await gateway.FirstLedgerRowAsync();

        var text = await client.ReadToEndAsync();

        text.ShouldContain("upstream_stream_cut");
        text.ShouldNotEndWith("0\r\n\r\n");
    }
}
