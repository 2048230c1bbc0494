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
                AddContent(item.Member("output"), "tool", prompt, last);
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
        AddContent(item.Member("content"), role, prompt, last);
    }

    private static void AddContent(JsonElement content, string role, PromptBuilder prompt, LastTurn last)
    {
        var overhead = 3 + TokenCount.Of(role);
        if (content.ValueKind is JsonValueKind.String)
        {
            prompt.Add(role, last.Add(content.AsText()), overhead);
            return;
        }

        if (content.ValueKind is not JsonValueKind.Array)
            throw RefusedException.Invalid("input", "content must be a string or an array of parts");
        foreach (var part in content.EnumerateArray())
        {
            if ((part.Text("text") ?? part.Text("refusal")) is { } text)
                prompt.Add(role, last.Add(text), overhead);
            else
                prompt.AddWhole(role, part.GetRawText(), overhead + MediaTokens(part));
            overhead = 0;
        }
    }

    private static int MediaTokens(JsonElement part) =>
        part.Text("type") is "input_image" ? PromptBuilder.ImageTokens(part.Text("detail")) : 1 + (part.GetRawText().Length / 100);
}
