using System.Text;
using System.Text.Json.Nodes;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Prompts;

/// <summary>Multipart uploads: the model decides before the file is sent on.</summary>
public sealed class FormTests
{
    private const string Path = "/v1/audio/transcriptions";
    private const string Type = "multipart/form-data; boundary=xyz";

    private static string Field(string name, string value) =>
        $"--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n";

    private static string File(string content) =>
        $"--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\n{content}\r\n";

    private const string End = "--xyz--\r\n";

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string form, string type = Type) =>
        client.PostAsync(Path, ChatRequests.Raw(Encoding.Latin1.GetBytes(form), type));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ModelBeforeOrAfterTheFile_PassesByteForByte(bool first)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var file = File(new string('\x80', 300_000));
        var form = (first ? Field("model", "whisper-1") + file : file + Field("model", "whisper-1")) + End;

        var answer = await PostAsync(gateway.Client, form);

        ((int)answer.StatusCode).ShouldBe(200);
        upstream.Last.Body.AsSpan().SequenceEqual(Encoding.Latin1.GetBytes(form)).ShouldBeTrue();
        (await gateway.LedgerRowAsync(answer)).RequestedModel.ShouldBe("whisper-1");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Alias_IsReplacedAndTheLengthFits(bool first)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.One(upstream.Address, ("Aliases", "ears=whisper-large-v3"))
        );
        var file = File("RIFF");
        string Form(string model) => (first ? Field("model", model) + file : file + Field("model", model)) + End;

        var answer = await PostAsync(gateway.Client, Form("ears"));

        ((int)answer.StatusCode).ShouldBe(200);
        upstream.Last.Text.ShouldBe(Form("whisper-large-v3"));
    }

    /// <summary>What was held of the form goes out once, and the length fits, however often it is tried.</summary>
    [Fact]
    public async Task Form_WhoseFirstUpstreamIsDown_IsSentElsewhereAsItIs()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.Clusters(
                YarpFile.Cluster("main", [FakeUpstream.Nobody(), upstream.Address], ("Aliases", "ears=whisper-large-v3"))
            )
        );
        string Form(string model) => Field("model", model) + File(new string('\x80', 300_000)) + End;

        var answer = await PostAsync(gateway.Client, Form("ears"));

        ((int)answer.StatusCode).ShouldBe(200, await answer.Content.ReadAsStringAsync());
        upstream.Last.Body.AsSpan().SequenceEqual(Encoding.Latin1.GetBytes(Form("whisper-large-v3"))).ShouldBeTrue();
        (await gateway.LedgerRowAsync(answer)).Attempts.ShouldBe(2);
    }

    [Fact]
    public async Task FileAfterTheModel_StreamsThroughWhileTheClientStillSends()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = new RawUpstream((_, _) => Task.CompletedTask, _ => arrived.TrySetResult());
        await using var gateway = await TestGateway.StartAsync(upstream.Environment);
        using var client = await RawClient.ConnectAsync(gateway);
        var form =
            Field("model", "whisper-1")
            + "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
            + new string('x', 200_000);

        await client.SendAsync(
            $"POST {Path} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {TestGateway.ApiKey}\r\nContent-Type: {Type}\r\nContent-Length: 10000000\r\n\r\n{form}"
        );

        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task RestrictedKey_AllowedModel_Passes()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var client = await gateway.NewRestrictedClientAsync("whisper-1");

        var answer = await PostAsync(client, Field("model", "whisper-1") + File("RIFF") + End);

        ((int)answer.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task RestrictedKey_OtherModel_Is403()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var client = await gateway.NewRestrictedClientAsync("whisper-1");

        var answer = await PostAsync(client, Field("model", "gpt-4o-transcribe") + File("RIFF") + End);

        ((int)answer.StatusCode).ShouldBe(403);
        upstream.Received.ShouldBeEmpty();
    }

    /// <summary>Ways to show the gateway one model and a lenient upstream another.</summary>
    public static TheoryData<string, string> Smuggling =>
        new()
        {
            { Field("model", "whisper-1") + Field("model", "forbidden") + File("RIFF") + End, Type },
            { Field("model", "whisper-1") + Field("model", "forbidden").Replace("name=", "NAME=", StringComparison.Ordinal) + End, Type },
            { Field("model", "whisper-1") + Field("model", "forbidden").Replace("name=", "name = ", StringComparison.Ordinal) + End, Type },
            {
                Field("model", "whisper-1") + Field("model", "forbidden").Replace("\"model\"", "'model'", StringComparison.Ordinal) + End,
                Type
            },
            {
                Field("model", "whisper-1")
                    + Field("model", "forbidden").Replace("\"model\"", "\"mod\\el\"", StringComparison.Ordinal)
                    + End,
                Type
            },
            {
                Field("model", "whisper-1")
                    + Field("model", "forbidden").Replace("name=\"model\"", "name*=utf-8''model", StringComparison.Ordinal)
                    + End,
                Type
            },
            { Field("model", "forbidden").Replace("\r\n", "\n", StringComparison.Ordinal) + Field("model", "whisper-1") + End, Type },
            {
                Field("model", "whisper-1")
                    + "--abc\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nforbidden\r\n--abc--\r\n"
                    + End,
                "multipart/form-data; boundary=xyz; boundary=abc"
            },
        };

    [Fact]
    public async Task RestrictedKey_FormsAsCommonClientsWriteThem_Pass()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var client = await gateway.NewRestrictedClientAsync("whisper-1");
        // .NET writes names without quotes, a content type for text, and both kinds of file name.
        using var form = new MultipartFormDataContent
        {
            { new StringContent("whisper-1"), "model" },
            { new ByteArrayContent([1, 2, 3]), "file", "ü.wav" },
        };

        ((int)(await client.PostAsync(Path, form)).StatusCode).ShouldBe(200);
    }

    [Theory]
    [MemberData(nameof(Smuggling))]
    public async Task RestrictedKey_SecondModelInAnySpelling_Is400(string form, string type)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var client = await gateway.NewRestrictedClientAsync("whisper-1");

        var answer = await PostAsync(client, form, type);

        ((int)answer.StatusCode).ShouldBe(400);
        upstream.Received.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("application/json")]
    public async Task NoBoundary_Is400(string type)
    {
        await using var gateway = await TestGateway.StartAsync();

        var answer = await PostAsync(gateway.Client, Field("model", "whisper-1") + End, type);

        ((int)answer.StatusCode).ShouldBe(400);
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["code"]!.GetValue<string>().ShouldBe("invalid_form");
    }

    [Fact]
    public async Task NoModel_Is400NamingIt()
    {
        await using var gateway = await TestGateway.StartAsync();

        var answer = await PostAsync(gateway.Client, File("RIFF") + End);

        ((int)answer.StatusCode).ShouldBe(400);
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["param"]!.GetValue<string>().ShouldBe("model");
    }

    [Fact]
    public async Task NoModelWithinTheLimit_Is413ThatSaysWhatToDo()
    {
        await using var gateway = await TestGateway.StartAsync(configuration: new() { ["Prompts:MaxFormPrefixBytes"] = "10000" });

        var answer = await PostAsync(gateway.Client, File(new string('x', 100_000)) + Field("model", "whisper-1") + End);

        ((int)answer.StatusCode).ShouldBe(413);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("send the field before the file");
    }

    [Fact]
    public async Task SpeechAnswer_ComesBackByteForByte()
    {
        var sound = new byte[200_000];
        new Random(3).NextBytes(sound);
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                context.Response.ContentType = "audio/mpeg";
                await context.Response.Body.WriteAsync(sound);
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Client.PostAsync(
            "/v1/audio/speech",
            ChatRequests.Json("""{"model":"tts-1","input":"Hi","voice":"alloy"}""")
        );

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("audio/mpeg");
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(sound);
    }
}
