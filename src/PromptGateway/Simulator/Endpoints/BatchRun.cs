using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Simulator.Formats;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>Answers every line of a batch's input file and keeps the answers as its output file.</summary>
internal sealed class BatchRun(SimulatorState state, JsonElement body)
{
    private static readonly HeaderDictionary NoHeaders = [];

    private int _failed;

    /// <exception cref="RefusedException">The input file or the endpoint is unknown.</exception>
    public JsonObject Execute()
    {
        var inputId = body.RequiredText("input_file_id");
        if (!state.Files.TryGet(inputId, out var input))
            throw RefusedException.Invalid("input_file_id", $"no file with id '{inputId}'");
        var endpoint = body.RequiredText("endpoint");
        var answer = Operation(endpoint);
        var output = new StringBuilder();
        var total = 0;
        foreach (
            var line in Encoding
                .UTF8.GetString(input.Content)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        )
        {
            output.Append(Answer(line, answer).ToJsonString(SimulatorJson.Options)).Append('\n');
            total++;
        }

        var file = state.AddFile("batch_output.jsonl", "batch_output", Encoding.UTF8.GetBytes(output.ToString()));
        return Describe(inputId, endpoint, file.Id, total);
    }

    private JsonObject Answer(string line, Func<JsonElement, JsonObject> answer)
    {
        string? customId = null;
        var (status, reply) = (200, new JsonObject());
        try
        {
            using var request = JsonDocument.Parse(line, SimulatorJson.Reader);
            customId = request.RootElement.Text("custom_id");
            reply = answer(request.RootElement.Member("body"));
        }
        catch (JsonException)
        {
            (status, reply) = Failed(RefusedException.Invalid("input_file_id", "a line is not JSON"));
        }
        catch (RefusedException refused)
        {
            (status, reply) = Failed(refused);
        }

        return new()
        {
            ["id"] = state.NewId("batch_req_"),
            ["custom_id"] = customId,
            ["response"] = new JsonObject
            {
                ["status_code"] = status,
                ["request_id"] = state.NewId("req_"),
                ["body"] = reply,
            },
            ["error"] = null,
        };
    }

    private (int Status, JsonObject Reply) Failed(RefusedException refused)
    {
        _failed++;
        return (refused.Rejection.Status, OpenAIError.Body(refused.Rejection));
    }

    private Func<JsonElement, JsonObject> Operation(string endpoint) =>
        endpoint switch
        {
            "/v1/chat/completions" => line => Generate(line, ChatRequestReader.Read(line), new ChatFormat()),
            "/v1/completions" => line => Generate(line, CompletionRequestReader.Read(line), new CompletionFormat()),
            "/v1/responses" => line => Generate(line, ResponsesRequestReader.Read(line, []), new ResponsesFormat(line)),
            "/v1/embeddings" => EmbeddingsEndpoint.Answer,
            "/v1/moderations" => line => ModerationsEndpoint.Answer(line, state),
            _ => throw RefusedException.Invalid("endpoint", $"'{endpoint}' cannot be batched"),
        };

    private JsonObject Generate(JsonElement line, GenerationRequest request, IAnswerFormat format)
    {
        var (settled, behavior) = TextExchange.Settle(request, line, NoHeaders, state);
        return format.Whole(TextExchange.Automatic(state, settled, behavior));
    }

    private JsonObject Describe(string inputId, string endpoint, string outputId, int total) =>
        new()
        {
            ["id"] = state.NewId("batch_"),
            ["object"] = "batch",
            ["endpoint"] = endpoint,
            ["errors"] = null,
            ["input_file_id"] = inputId,
            ["completion_window"] = body.Text("completion_window") ?? "24h",
            ["status"] = "completed",
            ["output_file_id"] = outputId,
            ["error_file_id"] = null,
            ["created_at"] = state.Now,
            ["in_progress_at"] = state.Now,
            ["completed_at"] = state.Now,
            ["expires_at"] = state.Now + 86_400,
            ["request_counts"] = new JsonObject
            {
                ["total"] = total,
                ["completed"] = total - _failed,
                ["failed"] = _failed,
            },
            ["metadata"] = body.Has("metadata") ? JsonNode.Parse(body.Member("metadata").GetRawText()) : null,
        };
}
