using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Chat;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Formats;

/// <summary>OpenAI Responses. As the real API does, the stream ends with its terminal event and without <c>[DONE]</c>.</summary>
/// <param name="body">The request, whose settings the response object echoes.</param>
internal sealed class ResponsesFormat(JsonElement body) : IAnswerFormat
{
    private readonly bool _encrypted = body.Items("include").Any(item => item.AsText() is "reasoning.encrypted_content");

    public JsonObject Whole(Answer answer) =>
        ResponsesObject.Of(body, answer, ResponsesOutput.Status(answer.Choices[0]), ResponsesOutput.Items(answer, _encrypted));

    public IEnumerable<StreamFrame> Stream(Answer answer)
    {
        var sequence = 0;
        foreach (var (type, fields, isDelta) in Events(answer))
        {
            var data = new JsonObject { ["type"] = type, ["sequence_number"] = sequence++ };
            foreach (var (name, value) in fields)
                data[name] = value;
            yield return StreamFrame.Typed(data, isDelta);
        }
    }

    /// <summary>
    /// The error event in both known forms (OpenAI's flat one and Open Responses' nested one), then <c>response.failed</c>.
    /// </summary>
    public IEnumerable<StreamFrame> StreamError(Answer answer, Rejection error, int sent)
    {
        var code = error.Code.Length == 0 ? error.Type : error.Code;
        yield return StreamFrame.Typed(
            new()
            {
                ["type"] = "error",
                ["sequence_number"] = sent,
                ["code"] = code,
                ["message"] = error.Message,
                ["param"] = error.Param,
                ["error"] = OpenAIError.Detail(error),
            }
        );
        var failed = ResponsesObject.Of(body, answer, "failed", []);
        failed["error"] = new JsonObject
        {
            ["code"] = error.Status == 429 ? "rate_limit_exceeded" : "server_error",
            ["message"] = error.Message,
        };
        yield return StreamFrame.Typed(
            new()
            {
                ["type"] = "response.failed",
                ["sequence_number"] = sent + 1,
                ["response"] = failed,
            }
        );
    }

    private IEnumerable<ResponsesEvent> Events(Answer answer)
    {
        var choice = answer.Choices[0];
        yield return new("response.created", [("response", ResponsesObject.Of(body, answer, "in_progress", []))]);
        yield return new("response.in_progress", [("response", ResponsesObject.Of(body, answer, "in_progress", []))]);
        var index = 0;
        if (answer.Request.Reasons)
        {
            foreach (var reasoning in Reasoning(answer, index++))
                yield return reasoning;
        }

        if (choice.Calls.Count == 0)
        {
            foreach (var message in Message(answer, index))
                yield return message;
        }

        for (var i = 0; i < choice.Calls.Count; i++)
        {
            foreach (var call in Call(answer, i, index + i))
                yield return call;
        }

        yield return new($"response.{ResponsesOutput.Status(choice)}", [("response", Whole(answer))]);
    }

    private IEnumerable<ResponsesEvent> Reasoning(Answer answer, int index)
    {
        yield return Item("added", index, ResponsesOutput.Reasoning(answer, summary: false, _encrypted));
        if (answer.Request.ShowReasoning)
        {
            var text = ResponsesOutput.ReasoningSummary;
            (string, JsonNode?)[] At(string name, JsonNode value) =>
                [("item_id", answer.PartId("rs", 0)), ("output_index", index), ("summary_index", 0), (name, value)];

            yield return new("response.reasoning_summary_part.added", At("part", ResponsesOutput.SummaryPart("")));
            yield return new("response.reasoning_summary_text.delta", At("delta", text), IsDelta: true);
            yield return new("response.reasoning_summary_text.done", At("text", text));
            yield return new("response.reasoning_summary_part.done", At("part", ResponsesOutput.SummaryPart(text)));
        }

        yield return Item("done", index, ResponsesOutput.Reasoning(answer, answer.Request.ShowReasoning, _encrypted));
    }

    private static IEnumerable<ResponsesEvent> Message(Answer answer, int index)
    {
        var choice = answer.Choices[0];
        (string, JsonNode?)[] At(params ReadOnlySpan<(string, JsonNode?)> fields) =>
            [("item_id", answer.PartId("msg", 0)), ("output_index", index), ("content_index", 0), .. fields];

        yield return Item("added", index, ResponsesOutput.Message(answer, null, "in_progress"));
        yield return new("response.content_part.added", At(("part", ResponsesOutput.TextPart(""))));
        foreach (var piece in choice.Pieces)
            yield return new("response.output_text.delta", At(("delta", piece), ("logprobs", new JsonArray())), IsDelta: true);
        yield return new("response.output_text.done", At(("text", choice.Text), ("logprobs", new JsonArray())));
        yield return new("response.content_part.done", At(("part", ResponsesOutput.TextPart(choice.Text))));
        yield return Item("done", index, ResponsesOutput.Message(answer, choice.Text, ResponsesOutput.Status(choice)));
    }

    private static IEnumerable<ResponsesEvent> Call(Answer answer, int call, int index)
    {
        var choice = answer.Choices[0];
        var (tool, whole) = (choice.Calls[call].Tool, choice.Calls[call].Arguments);
        var kind = tool.IsCustom ? "custom_tool_call_input" : "function_call_arguments";
        (string, JsonNode?)[] At(params ReadOnlySpan<(string, JsonNode?)> fields) =>
            [("item_id", answer.PartId(tool.IsCustom ? "ctc" : "fc", call)), ("output_index", index), .. fields];

        yield return Item("added", index, ResponsesOutput.Call(answer, call, "", "in_progress"));
        foreach (var piece in choice.Calls[call].Pieces)
            yield return new($"response.{kind}.delta", At(("delta", piece)), IsDelta: true);
        yield return new($"response.{kind}.done", tool.IsCustom ? At(("input", whole)) : At(("name", tool.Name), ("arguments", whole)));
        yield return Item("done", index, ResponsesOutput.Call(answer, call, whole, ResponsesOutput.Status(choice)));
    }

    private static ResponsesEvent Item(string what, int index, JsonObject item) =>
        new($"response.output_item.{what}", [("output_index", index), ("item", item)]);
}
