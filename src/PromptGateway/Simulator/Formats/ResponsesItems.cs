using System.Text.Json;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Formats;

/// <summary>Reads the input items of the Responses API into a prompt. Unknown kinds of items are priced by their JSON.</summary>
internal static class ResponsesItems
{
    public static void Add(JsonElement item, PromptBuilder prompt, LastTurn last)
    {
        switch (item.Text("type") ?? "message")
        {
            case "message":
                AddMessage(item, prompt, last);
                break;
            case "function_call" or "custom_tool_call":
                last.Begin("assistant");
                prompt.Add("call", item.RequiredText("name") + (item.Text("arguments") ?? item.Text("input")), 3);
                break;
            case "function_call_output" or "custom_tool_call_output":
                last.Begin("tool");
                prompt.AddContent("tool", item.Member("output"), 3, last);
                break;
            default:
                last.Begin("assistant");
                prompt.AddWhole("item", item.GetRawText(), TokenCount.Of(item.GetRawText()));
                break;
        }
    }

    private static void AddMessage(JsonElement item, PromptBuilder prompt, LastTurn last)
    {
        var role = item.RequiredText("role");
        last.Begin(role);
        prompt.AddContent(role, item.Member("content"), 3 + TokenCount.Of(role), last);
    }
}
