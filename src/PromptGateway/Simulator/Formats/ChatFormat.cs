using System.Text.Json.Nodes;
using PromptGateway.Chat;
using PromptGateway.Simulator.Behavior;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Formats;

/// <summary>OpenAI chat completions: the whole object, and the stream of chunks with its <c>include_usage</c> rules.</summary>
internal sealed class ChatFormat : IAnswerFormat
{
    public JsonObject Whole(Answer answer)
    {
        var choices = new JsonArray();
        for (var i = 0; i < answer.Choices.Count; i++)
        {
            choices.Add(
                new JsonObject
                {
                    ["index"] = i,
                    ["message"] = Message(answer, i),
                    ["logprobs"] = null,
                    ["finish_reason"] = FinishReason(answer.Choices[i]),
                }
            );
        }

        var whole = Head(answer, "chat.completion", choices);
        if (answer.UsageStyle is not UsageStyle.None)
            whole["usage"] = ChatUsage.Of(answer.Usage, answer.Request.Model);
        return whole;
    }

    /// <summary>Role chunk, deltas, finish chunk for each choice (choices interleave), usage chunk if asked, [DONE].</summary>
    public IEnumerable<StreamFrame> Stream(Answer answer)
    {
        var deltas = new IEnumerator<JsonObject>[answer.Choices.Count];
        for (var i = 0; i < deltas.Length; i++)
            deltas[i] = Deltas(answer, i).GetEnumerator();
        var sent = 0;
        for (var open = deltas.Length; open > 0; )
        {
            open = 0;
            for (var i = 0; i < deltas.Length; i++)
            {
                if (!deltas[i].MoveNext())
                    continue;
                open++;
                yield return new(null, Chunk(answer, i, deltas[i].Current, null, sent), IsDelta: true);
                sent++;
            }
        }

        for (var i = 0; i < answer.Choices.Count; i++)
            yield return new(null, Chunk(answer, i, [], FinishReason(answer.Choices[i]), sent));
        if (Reports(answer))
        {
            var usage = Head(answer, "chat.completion.chunk", []);
            usage["usage"] = ChatUsage.Of(answer.Usage, answer.Request.Model);
            yield return new(null, usage);
        }

        yield return StreamFrame.Done;
    }

    /// <summary>The error event and nothing behind it: no finish chunk, no [DONE].</summary>
    public IEnumerable<StreamFrame> StreamError(Answer answer, Rejection error, int sent) => [new(null, OpenAIError.Body(error))];

    private static bool Reports(Answer answer) => answer.Request.IncludeUsage && answer.UsageStyle is UsageStyle.Normal or UsageStyle.Zero;

    private static IEnumerable<JsonObject> Deltas(Answer answer, int index)
    {
        var choice = answer.Choices[index];
        if (choice.Calls.Count == 0)
        {
            yield return new()
            {
                ["role"] = "assistant",
                ["content"] = "",
                ["refusal"] = null,
            };
            foreach (var piece in choice.Pieces)
                yield return new() { ["content"] = piece };
            yield break;
        }

        yield return new() { ["role"] = "assistant", ["content"] = null };
        for (var i = 0; i < choice.Calls.Count; i++)
        {
            var first = Call(answer, index, i, "");
            first["index"] = i;
            yield return new() { ["tool_calls"] = new JsonArray(first) };
            var kind = choice.Calls[i].Tool.IsCustom ? ("custom", "input") : ("function", "arguments");
            foreach (var piece in choice.Calls[i].Pieces)
            {
                var fragment = new JsonObject
                {
                    ["index"] = i,
                    [kind.Item1] = new JsonObject { [kind.Item2] = piece },
                };
                yield return new() { ["tool_calls"] = new JsonArray(fragment) };
            }
        }
    }

    private static JsonObject Message(Answer answer, int index)
    {
        var choice = answer.Choices[index];
        var message = new JsonObject
        {
            ["role"] = "assistant",
            ["content"] = choice.Calls.Count > 0 ? null : choice.Text,
            ["refusal"] = null,
            ["annotations"] = new JsonArray(),
        };
        if (choice.Calls.Count > 0)
            message["tool_calls"] = new JsonArray([.. choice.Calls.Select((call, i) => Call(answer, index, i, call.Arguments))]);
        return message;
    }

    private static JsonObject Call(Answer answer, int choice, int index, string arguments)
    {
        var tool = answer.Choices[choice].Calls[index].Tool;
        var id = answer.PartId("call", (choice * 16) + index);
        return tool.IsCustom
            ? new()
            {
                ["id"] = id,
                ["type"] = "custom",
                ["custom"] = new JsonObject { ["name"] = tool.Name, ["input"] = arguments },
            }
            : new()
            {
                ["id"] = id,
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = tool.Name, ["arguments"] = arguments },
            };
    }

    private static JsonObject Chunk(Answer answer, int index, JsonObject delta, string? finish, int sent)
    {
        var choice = new JsonObject
        {
            ["index"] = index,
            ["delta"] = delta,
            ["logprobs"] = null,
            ["finish_reason"] = finish,
        };
        var chunk = Head(answer, "chat.completion.chunk", [choice]);
        if (answer.UsageStyle is UsageStyle.Every || (answer.UsageStyle is UsageStyle.Merged && finish is not null))
            chunk["usage"] = finish is null
                ? ChatUsage.Running(answer, Math.Min(sent, answer.Usage.OutputTokens))
                : ChatUsage.Of(answer.Usage, answer.Request.Model);
        else if (Reports(answer))
            chunk["usage"] = null;
        return chunk;
    }

    private static JsonObject Head(Answer answer, string kind, JsonArray choices) =>
        new()
        {
            ["id"] = $"chatcmpl-{answer.Id}",
            ["object"] = kind,
            ["created"] = answer.Created,
            ["model"] = answer.Request.Model,
            ["service_tier"] = "default",
            ["system_fingerprint"] = "fp_simulator",
            ["choices"] = choices,
        };

    private static string FinishReason(AnswerChoice choice) =>
        choice.Finish switch
        {
            FinishCause.Length => "length",
            FinishCause.ToolCalls => "tool_calls",
            _ => "stop",
        };
}
