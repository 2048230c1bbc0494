using System.Text;
using System.Text.Json.Nodes;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Formats;

/// <summary>The output items of a response.</summary>
internal static class ResponsesOutput
{
    public const string ReasoningSummary = "The simulator does not reason; it only shows where a summary stands.";

    public static JsonArray Items(Answer answer, bool encrypted)
    {
        var items = new JsonArray();
        var choice = answer.Choices[0];
        if (answer.Request.Reasons)
            items.Add(Reasoning(answer, answer.Request.ShowReasoning, encrypted));
        if (choice.Calls.Count == 0)
            items.Add(Message(answer, choice.Text, Status(choice)));
        for (var i = 0; i < choice.Calls.Count; i++)
            items.Add(Call(answer, i, choice.Calls[i].Arguments, Status(choice)));
        return items;
    }

    public static JsonObject Reasoning(Answer answer, bool summary, bool encrypted)
    {
        var item = new JsonObject
        {
            ["id"] = answer.PartId("rs", 0),
            ["type"] = "reasoning",
            ["summary"] = summary ? new JsonArray(SummaryPart(ReasoningSummary)) : new JsonArray(),
        };
        if (encrypted)
            item["encrypted_content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"simulated:{answer.Id}"));
        return item;
    }

    public static JsonObject SummaryPart(string text) => new() { ["type"] = "summary_text", ["text"] = text };

    /// <param name="answer">The answer.</param>
    /// <param name="text">Its text; null has no content part yet.</param>
    /// <param name="status">in_progress, completed or incomplete.</param>
    public static JsonObject Message(Answer answer, string? text, string status) =>
        new()
        {
            ["id"] = answer.PartId("msg", 0),
            ["type"] = "message",
            ["status"] = status,
            ["role"] = "assistant",
            ["content"] = text is null ? new JsonArray() : new JsonArray(TextPart(text)),
        };

    public static JsonObject TextPart(string text) =>
        new()
        {
            ["type"] = "output_text",
            ["text"] = text,
            ["annotations"] = new JsonArray(),
            ["logprobs"] = new JsonArray(),
        };

    public static JsonObject Call(Answer answer, int index, string arguments, string status)
    {
        var tool = answer.Choices[0].Calls[index].Tool;
        return new()
        {
            ["id"] = answer.PartId(tool.IsCustom ? "ctc" : "fc", index),
            ["type"] = tool.IsCustom ? "custom_tool_call" : "function_call",
            ["status"] = status,
            ["call_id"] = answer.PartId("call", index),
            ["name"] = tool.Name,
            [tool.IsCustom ? "input" : "arguments"] = arguments,
        };
    }

    public static string Status(AnswerChoice choice) => choice.Finish is FinishCause.Length ? "incomplete" : "completed";
}
