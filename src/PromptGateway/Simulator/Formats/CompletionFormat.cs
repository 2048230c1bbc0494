using System.Text.Json.Nodes;
using PromptGateway.Chat;
using PromptGateway.Simulator.Behavior;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Formats;

/// <summary>OpenAI's legacy text completions; the object is <c>text_completion</c> in the stream too.</summary>
internal sealed class CompletionFormat : IAnswerFormat
{
    public JsonObject Whole(Answer answer)
    {
        var choices = answer.Choices.Select((choice, i) => Choice(i, choice.Text, FinishReason(choice)));
        var whole = Head(answer, new JsonArray([.. choices]));
        if (answer.UsageStyle is not UsageStyle.None)
            whole["usage"] = ChatUsage.Of(answer.Usage, answer.Request.Model);
        return whole;
    }

    public IEnumerable<StreamFrame> Stream(Answer answer)
    {
        for (var i = 0; i < answer.Choices.Count; i++)
        {
            foreach (var piece in answer.Choices[i].Pieces)
                yield return new(null, Chunk(answer, i, piece, null), IsDelta: true);
            yield return new(null, Chunk(answer, i, "", FinishReason(answer.Choices[i])));
        }

        if (Reports(answer))
        {
            var usage = Head(answer, []);
            usage["usage"] = ChatUsage.Of(answer.Usage, answer.Request.Model);
            yield return new(null, usage);
        }

        yield return StreamFrame.Done;
    }

    public IEnumerable<StreamFrame> StreamError(Answer answer, Rejection error, int sent) => [new(null, OpenAIError.Body(error))];

    private static bool Reports(Answer answer) => answer.Request.IncludeUsage && answer.UsageStyle is not UsageStyle.None;

    private static JsonObject Chunk(Answer answer, int index, string text, string? finish)
    {
        var chunk = Head(answer, [Choice(index, text, finish)]);
        if (Reports(answer))
            chunk["usage"] = null;
        return chunk;
    }

    private static JsonObject Choice(int index, string text, string? finish) =>
        new()
        {
            ["text"] = text,
            ["index"] = index,
            ["logprobs"] = null,
            ["finish_reason"] = finish,
        };

    private static JsonObject Head(Answer answer, JsonArray choices) =>
        new()
        {
            ["id"] = $"cmpl-{answer.Id}",
            ["object"] = "text_completion",
            ["created"] = answer.Created,
            ["model"] = answer.Request.Model,
            ["choices"] = choices,
        };

    private static string FinishReason(AnswerChoice choice) => choice.Finish is FinishCause.Length ? "length" : "stop";
}
