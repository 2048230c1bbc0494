using System.Net.Sockets;
using System.Text;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Security;

/// <summary>Field reports 114 and 115: whatever stands where the key should be is compared, never interpreted.</summary>
public sealed class BearerFuzzTests
{
    private static async Task<string> StatusAsync(TestGateway gateway, string header, byte[] value)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", gateway.Address.Port);
        byte[] request =
        [
            .. Encoding.ASCII.GetBytes($"GET /v1/models HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{header}: "),
            .. value,
            .. "\r\n\r\n"u8,
        ];
        await using var stream = new NetworkStream(socket);
        try
        {
            await stream.WriteAsync(request);
        }
        catch (IOException)
        {
            // A head that is too long is refused before it was read to its end.
        }
        var answer = new byte[12];
        await stream.ReadExactlyAsync(answer);
        return Encoding.ASCII.GetString(answer, 9, 3);
    }

    public static TheoryData<string> Hostile =>
        [
            "' OR '1'='1",
            "'; DROP TABLE keys; --",
            "\" UNION SELECT hash FROM keys --",
            "pg-%00" + TestGateway.ApiKey,
            TestGateway.ApiKey + "x",
            TestGateway.ApiKey[..^1],
            TestGateway.ApiKey[..20] + new string('z', 20),
            TestGateway.ApiKey.ToUpperInvariant(),
            "ключ-🔑-密钥",
            "{\"$ne\":null}",
            "../../etc/passwd",
            "Bearer " + TestGateway.ApiKey,
            TestGateway.AdminKey,
            new string('a', 60_000),
            "",
        ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Key_Hostile_Is401(string key)
    {
        await using var gateway = await TestGateway.StartAsync();
        var utf8 = Encoding.UTF8.GetBytes(key);

        (await StatusAsync(gateway, "Authorization", [.. "Bearer "u8, .. utf8])).ShouldBe("401");
        (await StatusAsync(gateway, "x-api-key", utf8)).ShouldBe("401");
        (await StatusAsync(gateway, "api-key", utf8)).ShouldBe("401");
    }

    [Fact]
    public async Task Key_OfAHundredKilobytes_IsRefusedBeforeItIsLookedAt()
    {
        await using var gateway = await TestGateway.StartAsync();

        (await StatusAsync(gateway, "Authorization", [.. "Bearer "u8, .. Enumerable.Repeat((byte)'a', 100_000)])).ShouldBe("431");
        (await gateway.Client.GetAsync("/v1/models")).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Key_OfRandomBytes_IsNeverMoreThanRefused()
    {
        await using var gateway = await TestGateway.StartAsync();
        var random = new Random(20261121);
        for (var i = 0; i < 200; i++)
        {
            var value = new byte[random.Next(1, 200)];
            random.NextBytes(value);
            // Bytes that end the header are Kestrel's business.
            value = [.. value.Where(b => b is not (0 or (byte)'\r' or (byte)'\n'))];

            (await StatusAsync(gateway, "Authorization", [.. "Bearer "u8, .. value])).ShouldBeOneOf("400", "401");
        }
        (await gateway.Client.GetAsync("/v1/models")).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Keys_SentTwice_AreNoKey()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var client = new HttpClient { BaseAddress = gateway.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.TryAddWithoutValidation("Authorization", ["Bearer " + TestGateway.ApiKey, "Bearer " + TestGateway.ApiKey]);

        ((int)(await client.SendAsync(request)).StatusCode).ShouldBe(401);
    }
}
