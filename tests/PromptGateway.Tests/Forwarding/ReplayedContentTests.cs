using System.Net;
using System.Text;
using PromptGateway.Forwarding;
using PromptGateway.Json;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Forwarding;

/// <summary>How a body that was read into memory leaves for the upstream.</summary>
public sealed class ReplayedContentTests
{
    [Fact]
    public async Task Body_InMemory_LeavesTogetherWithItsHeaders()
    {
        await using var upstream = new RawUpstream(
            (socket, _) =>
                RawUpstream.SendAsync(
                    socket,
                    $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {ChatAnswers.Plain.Length}\r\n\r\n{ChatAnswers.Plain}"
                )
        );
        await using var gateway = await TestGateway.StartAsync(upstream.Environment);

        var answer = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        upstream.FirstPiece.ShouldNotBeNull().ShouldEndWith("\r\n\r\n" + ChatRequests.Plain);
    }

    [Theory]
    [InlineData(ReplayedContent.LongestBody / 2)]
    [InlineData(ReplayedContent.LongestBody * 2)]
    public async Task Body_OfAnyLength_ArrivesWholeWithItsOwnHeaders(int characters)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var body = ChatRequests.Plain.Replace("\"messages\"", $"\"user\":\"{new string('x', characters)}\",\"messages\"");
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        content.Headers.ContentLanguage.Add("en");
        content.Headers.ContentLanguage.Add("de");
        content.Headers.TryAddWithoutValidation("Expires", "0");

        var answer = await gateway.Client.PostAsync(ChatRequests.Path, content);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        Encoding.UTF8.GetString(upstream.Last.Body).ShouldBe(body);
        upstream.Last.Headers["Content-Length"].ShouldBe(Encoding.UTF8.GetByteCount(body).ToString());
        upstream.Last.Headers["Content-Type"].ShouldBe("application/json; charset=utf-8");
        upstream.Last.Headers["Content-Language"].ShouldBe("en, de");
        upstream.Last.Headers["Expires"].ShouldBe("0");
    }

    [Fact]
    public async Task Body_SentAgainOverAnotherConnection_IsWholeAgain()
    {
        using var content = new ReplayedContent(new SplicedBodyStream(new JsonSplice(Encoding.UTF8.GetBytes(ChatRequests.Plain))));

        for (var time = 1; time <= 2; time++)
        {
            var sent = new MemoryStream();
            await content.CopyToAsync(sent);
            Encoding.UTF8.GetString(sent.ToArray()).ShouldBe(ChatRequests.Plain);
        }
    }

    [Fact]
    public async Task Path_InventedByClients_FindsItsAddressBeyondWhatIsKept()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        for (var i = 0; i < 300; i++)
            (await gateway.Client.PostAsync($"/v1/responses/r{i}/cancel", ChatRequests.Json("{}"))).EnsureSuccessStatusCode();

        upstream.Received.Select(request => request.Target).ShouldBe(Enumerable.Range(0, 300).Select(i => $"/v1/responses/r{i}/cancel"));
    }
}
