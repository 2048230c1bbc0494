using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using PromptGateway.Budgets;
using PromptGateway.Keys;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Budgets;

/// <summary>Alerts of budgets, at a real receiver.</summary>
public sealed class WebhookTests
{
    private const string Secret = "webhook-secret-0123456789";

    private static Dictionary<string, string?> Configuration(FakeUpstream receiver) =>
        new()
        {
            ["Budgets:Rules:0:Tokens"] = "30",
            ["Budgets:Rules:0:Mode"] = "soft",
            ["Budgets:Rules:0:AlertAt:0"] = "50",
            ["Budgets:Rules:0:AlertAt:1"] = "100",
            ["Budgets:Webhook:Url"] = new Uri(receiver.Address, "alerts").ToString(),
            ["Budgets:Webhook:Secret"] = "${ALERT_SECRET}",
            ["Budgets:Webhook:RetryDelay"] = "00:00:00.010",
        };

    private static Dictionary<string, string> Environment(FakeUpstream upstream) => new(upstream.Environment) { ["ALERT_SECRET"] = Secret };

    private static async Task ChatAsync(TestGateway gateway) =>
        await gateway.LedgerRowAsync(await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain)));

    private static async Task<ReceivedRequest[]> ReceivedAsync(FakeUpstream receiver, int count)
    {
        for (var i = 0; i < 1000 && receiver.Received.Count < count; i++)
            await Task.Delay(10);
        return [.. receiver.Received];
    }

    private static async Task<string> StoredAsync(TestGateway gateway, Func<StoredAlert, bool> wanted)
    {
        var store = (IDocumentStore)gateway.Services.GetService(typeof(IDocumentStore))!;
        for (var i = 0; i < 1000; i++)
        {
            var documents = await store.ReadAsync(StoredAlert.Kind, default);
            if (documents.Select(StoredAlert.Of).FirstOrDefault(wanted) is { } found)
                return found.Alert.Id;
            await Task.Delay(10);
        }
        throw new TimeoutException("No such alert was stored.");
    }

    [Fact]
    public async Task Receiver_ThatFailsTwice_GetsTheSignedAlertOnceItAccepts()
    {
        var calls = 0;
        await using var upstream = await FakeUpstream.StartAsync();
        await using var receiver = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.JsonAsync(context, "{}", Interlocked.Increment(ref calls) <= 2 ? 500 : 200)
        );
        await using var gateway = await TestGateway.StartAsync(Environment(upstream), configuration: Configuration(receiver));

        // 17 of 30 tokens: more than half.
        await ChatAsync(gateway);
        var received = await ReceivedAsync(receiver, 3);

        received.Length.ShouldBe(3);
        foreach (var attempt in received)
        {
            var timestamp = attempt.Headers["x-promptgateway-timestamp"];
            byte[] signed = [.. Encoding.ASCII.GetBytes(timestamp + "."), .. attempt.Body];
            attempt
                .Headers["x-promptgateway-signature"]
                .ShouldBe("v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(Secret), signed)));
            attempt.Headers["x-promptgateway-alert-id"].ShouldBe(received[0].Headers["x-promptgateway-alert-id"]);
        }
        var alert = JsonNode.Parse(received[2].Body)!;
        alert["type"]!.GetValue<string>().ShouldBe("budget.threshold");
        alert["share"]!.GetValue<int>().ShouldBe(50);
        alert["scope"]!.GetValue<string>().ShouldBe("gateway");
        alert["budget"]!["spent"]!.GetValue<decimal>().ShouldBe(17);

        // 34 of 30: the other share, and neither again.
        await ChatAsync(gateway);
        await ChatAsync(gateway);
        await StoredAsync(gateway, stored => stored.Alert.Share == 100 && stored.DeliveredAt is not null);
        receiver.Received.Count.ShouldBe(4);
        (await AdminCalls.MetricsAsync(gateway)).ShouldContain("promptgateway_budget_alerts_total{result=\"delivered\"} 2");
    }

    [Fact]
    public async Task Alert_NotDeliveredBeforeTheEnd_IsDeliveredAfterTheNextStartAndNotAgain()
    {
        var data = Directory.CreateTempSubdirectory("promptgateway-alerts-").FullName;
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await FakeUpstream.StartAsync();
        await using var receiver = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                await answer.Task;
                await FakeUpstream.JsonAsync(context, "{}");
            }
        );
        Task<TestGateway> StartAsync() =>
            TestGateway.StartAsync(Environment(upstream), configuration: Configuration(receiver), settings: s => s with { Data = data });
        await using (var first = await StartAsync())
        {
            await ChatAsync(first);
            // Answered although the receiver is silent: requests do not wait for alerts.
            await ReceivedAsync(receiver, 1);
            await first.StopAsync();
        }
        answer.SetResult();

        await using (var second = await StartAsync())
        {
            await StoredAsync(second, stored => stored.DeliveredAt is not null);
            await ChatAsync(second);
            await StoredAsync(second, stored => stored.Alert.Share == 100 && stored.DeliveredAt is not null);
        }

        var shares = receiver.Received.Select(request => JsonNode.Parse(request.Body)!["share"]!.GetValue<int>());
        shares.ShouldBe([50, 50, 100]);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Alert_ThatItsReceiverDoesNotAnswer_HoldsUpNoOther()
    {
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await FakeUpstream.StartAsync();
        await using var receiver = await FakeUpstream.StartAsync(
            async (context, request) =>
            {
                if (JsonNode.Parse(request.Body)!["share"]!.GetValue<int>() == 50)
                    await never.Task;
                await FakeUpstream.JsonAsync(context, "{}");
            }
        );
        await using var gateway = await TestGateway.StartAsync(Environment(upstream), configuration: Configuration(receiver));

        await ChatAsync(gateway);
        await ReceivedAsync(receiver, 1);
        await ChatAsync(gateway);

        await StoredAsync(gateway, stored => stored.Alert.Share == 100 && stored.DeliveredAt is not null);
        never.SetResult();
    }

    [Fact]
    public async Task Alert_ThatALivingReplicaDelivers_IsNotSentByOneThatStarts()
    {
        var data = Directory.CreateTempSubdirectory("promptgateway-alerts-").FullName;
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await FakeUpstream.StartAsync();
        await using var receiver = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                await answer.Task;
                await FakeUpstream.JsonAsync(context, "{}");
            }
        );
        Task<TestGateway> StartAsync() =>
            TestGateway.StartAsync(Environment(upstream), configuration: Configuration(receiver), settings: s => s with { Data = data });
        await using (var old = await StartAsync())
        {
            await ChatAsync(old);
            await ReceivedAsync(receiver, 1);
            // The new one of a rolling deployment looks for what nobody delivers, and comes to the end of that before its own alert.
            await using var rolled = await StartAsync();
            await ChatAsync(rolled);
            await ReceivedAsync(receiver, 2);
            answer.SetResult();
            await StoredAsync(old, stored => stored.Alert.Share == 50 && stored.DeliveredAt is not null);
        }

        receiver.Received.Select(request => JsonNode.Parse(request.Body)!["share"]!.GetValue<int>()).Order().ShouldBe([50, 100]);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Receiver_ThatNeverAccepts_IsGivenUpAfterItsAttempts()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var receiver = await FakeUpstream.StartAsync((context, _) => FakeUpstream.JsonAsync(context, "{}", 503));
        var configuration = Configuration(receiver);
        configuration["Budgets:Webhook:Attempts"] = "3";
        await using var gateway = await TestGateway.StartAsync(Environment(upstream), configuration: configuration);

        await ChatAsync(gateway);
        await StoredAsync(gateway, stored => stored.GivenUp);

        receiver.Received.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("http://alerts.example.com/", Secret, "must be https")]
    [InlineData("ftp://127.0.0.1/", Secret, "must be an address")]
    [InlineData("https://user:pass@alerts.example.com/", Secret, "user name or password")]
    [InlineData("https://alerts.example.com/", "short", "at least 16 characters")]
    [InlineData("https://alerts.example.com/", null, "at least 16 characters")]
    public async Task Webhook_ThatIsNotSafe_StopsTheStart(string url, string? secret, string message)
    {
        var failure = await Record.ExceptionAsync(() =>
            TestGateway.StartAsync(configuration: new() { ["Budgets:Webhook:Url"] = url, ["Budgets:Webhook:Secret"] = secret })
        );

        failure.ShouldNotBeNull();
        failure.Message.ShouldContain(message);
        failure.Message.ShouldNotContain(Secret);
    }
}
