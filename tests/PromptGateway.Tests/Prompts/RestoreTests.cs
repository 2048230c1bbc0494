using System.Net;
using System.Text.Json.Nodes;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Prompts;

/// <summary>From a preview back to the payload, in a running gateway.</summary>
public sealed class RestoreTests
{
    private const string Blanks = "All is well  \n\n\n\n\nso far\t\nand \u001b[32mgreen\u001b[0m it will be \r\nin the end.   ";

    public static TheoryData<string, string> Payloads =>
        new()
        {
            { "chat", AgentPrompts.Chat(Blanks) },
            { "responses", AgentPrompts.Responses(Blanks) },
            { "messages", AgentPrompts.Messages(Blanks) },
        };

    [Theory]
    [MemberData(nameof(Payloads))]
    public async Task Restore_OfTheWholePreview_GivesEveryByteOfTheTextBack(string format, string payload)
    {
        await using var gateway = await TestGateway.StartAsync();
        // Not the memory of the gateway that made it, which another replica does not have.
        await using var other = await TestGateway.StartAsync();
        var preview = await PreviewAsync(gateway, payload, format);

        var restored = await PostAsync(other.Client, "/v1/prompts/restore?format=" + format, preview);

        ToolText(JsonNode.Parse(preview)!["request"]!, format).ShouldNotBe(Blanks);
        ToolText(JsonNode.Parse(restored)!, format).ShouldBe(Blanks);
        JsonNode.DeepEquals(JsonNode.Parse(restored), JsonNode.Parse(payload)).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Payloads))]
    public async Task Restore_OfTheRequestAlone_GivesEveryByteBackToTheKeyThatMadeIt(string format, string payload)
    {
        await using var gateway = await TestGateway.StartAsync();
        var (_, client) = await AdminCalls.NewKeyAsync(gateway);
        using var stranger = client;
        var request = JsonNode.Parse(await PreviewAsync(gateway, payload, format))!["request"]!.ToJsonString();

        var restored = await PostAsync(gateway.Client, "/v1/prompts/restore?format=" + format, request);
        var strangers = await PostAsync(stranger, "/v1/prompts/restore?format=" + format, request);

        ToolText(JsonNode.Parse(restored)!, format).ShouldBe(Blanks);
        ToolText(JsonNode.Parse(strangers)!, format).ShouldBe(ToolText(JsonNode.Parse(request)!, format));
    }

    private static Task<string> PreviewAsync(TestGateway gateway, string payload, string format) =>
        PostAsync(gateway.Client, "/v1/prompts/optimize?format=" + format, payload);

    private static async Task<string> PostAsync(HttpClient client, string path, string payload)
    {
        using var answer = await client.PostAsync(path, AgentPrompts.Body(payload));
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return text;
    }

    private static string ToolText(JsonNode payload, string format) =>
        (
            format switch
            {
                "responses" => payload["input"]![2]!["output"],
                "messages" => payload["messages"]![2]!["content"]![0]!["content"],
                _ => payload["messages"]![3]!["content"],
            }
        )!.GetValue<string>();
}
