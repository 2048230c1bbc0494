using System.Text;
using System.Text.Json.Nodes;
using PromptGateway.Prompts.Policies;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Prompts;

public sealed class FileReadsTests
{
    private const string Json = "{\n  \"name\" : \"shop\",\n  \"version\" : \"1.0.0\",\n  \"private\" : true,\n  \"a\" : [ 1, 2, 3 ]\n}\n";
    private static readonly PolicyRunner Runner = new(TimeProvider.System);

    [Theory]
    [InlineData("read_file", "{\"path\":\"package.json\"}")]
    [InlineData("mcp__files__Read", "{}")]
    [InlineData("str_replace_based_edit_tool", "{\"command\":\"view\"}")]
    [InlineData("bash", "{\"command\":\"cd shop && cat package.json\"}")]
    [InlineData("functions.shell", "{\"command\":[\"bash\",\"-lc\",\"sed -n 1,9p package.json\"]}")]
    public void Run_FileThatMayBeEdited_KeepsEveryByte(string tool, string arguments)
    {
        foreach (var format in (RequestFormat[])[RequestFormat.ChatCompletions, RequestFormat.Responses, RequestFormat.Messages])
            IsTouched(Body(tool, arguments, format), format).ShouldBeFalse();
    }

    [Theory]
    [InlineData("http_get", "{}")]
    [InlineData("read_file", "{\"path\":\"service.log\"}")]
    [InlineData("bash", "{\"command\":\"curl -s localhost | head -20\"}")]
    public void Run_OtherOutput_IsOptimized(string tool, string arguments)
    {
        foreach (var format in (RequestFormat[])[RequestFormat.ChatCompletions, RequestFormat.Responses, RequestFormat.Messages])
            IsTouched(Body(tool, arguments, format), format).ShouldBeTrue();
    }

    private static bool IsTouched(byte[] body, RequestFormat format)
    {
        using var result = Runner.Run(
            body,
            format,
            BuiltInPolicies.Lossless with
            {
                TimeBudget = TimeSpan.FromMinutes(1),
                CacheableTokens = 0,
            }
        );
        return !result.Body.IsUnchanged;
    }

    private static byte[] Body(string tool, string arguments, RequestFormat format)
    {
        JsonNode[] messages = format switch
        {
            RequestFormat.ChatCompletions =>
            [
                new JsonObject
                {
                    ["role"] = "assistant",
                    ["tool_calls"] = new JsonArray(ChatCall("c0", "other", "{}"), ChatCall("c1", tool, arguments)),
                },
                new JsonObject
                {
                    ["role"] = "tool",
                    ["content"] = Json,
                    ["tool_call_id"] = "c1",
                },
            ],
            RequestFormat.Responses =>
            [
                new JsonObject
                {
                    ["type"] = "function_call",
                    ["arguments"] = arguments,
                    ["name"] = tool,
                    ["call_id"] = "c1",
                },
                new JsonObject
                {
                    ["type"] = "function_call_output",
                    ["call_id"] = "c1",
                    ["output"] = Json,
                },
            ],
            _ =>
            [
                Content(
                    "assistant",
                    new JsonObject
                    {
                        ["type"] = "tool_use",
                        ["name"] = tool,
                        ["id"] = "c1",
                        ["input"] = JsonNode.Parse(arguments),
                    }
                ),
                Content(
                    "user",
                    new JsonObject
                    {
                        ["type"] = "tool_result",
                        ["tool_use_id"] = "c1",
                        ["content"] = Json,
                    }
                ),
            ],
        };
        var name = format == RequestFormat.Responses ? "input" : "messages";
        return Encoding.UTF8.GetBytes(new JsonObject { [name] = new JsonArray(messages) }.ToJsonString());
    }

    private static JsonObject Content(string role, JsonObject block) => new() { ["role"] = role, ["content"] = new JsonArray(block) };

    private static JsonObject ChatCall(string id, string tool, string arguments) =>
        new()
        {
            ["id"] = id,
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = tool, ["arguments"] = arguments },
        };
}
