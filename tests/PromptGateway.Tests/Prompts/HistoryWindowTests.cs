using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Prompts;

/// <summary>Where a conversation is cut, against the rule as it is told: tried at every place for every request that led to this one.</summary>
public sealed class HistoryWindowTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Theory]
    [InlineData(nameof(RequestFormat.ChatCompletions))]
    [InlineData(nameof(RequestFormat.Messages))]
    [InlineData(nameof(RequestFormat.Responses))]
    public void Find_OfAnyConversation_IsWhatTheRuleSays(string name)
    {
        var format = Enum.Parse<RequestFormat>(name);
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var body = Conversation(random, format);
            using var map = PromptMap.Rent();
            map.TryRead(body, format).ShouldBeTrue();
            var draft = new PromptDraft(body, map, format, PromptTarget.Unknown);
            var budget = random.Next(20, 600);
            var kept = budget * random.Next(5, 95) / 100;

            using var window = new HistoryWindow(draft, budget, kept);
            window.Find().ShouldBe(Rule(draft, budget, kept), $"seed {seed}");
            draft.Texts.Dispose();
        }
    }

    private static (int Cut, int Question) Rule(PromptDraft draft, int budget, int kept)
    {
        var messages = draft.Map.Messages.ToArray();
        var (cut, question) = (0, -1);
        for (var last = 0; last < messages.Length; last++)
        {
            var isRequest = last == messages.Length - 1 || messages[last + 1].OpensStep;
            if (!isRequest || Size(draft, cut, question, last) <= budget)
                continue;
            for (var next = cut + 1; next <= last; next++)
            {
                if (!MayCut(draft, next, last))
                    continue;
                (cut, question) = (next, messages[next].Kind == SegmentKind.User ? -1 : LastUserBefore(messages, next));
                if (Size(draft, cut, question, last) <= kept)
                    break;
            }
        }
        return (cut, question);
    }

    private static int LastUserBefore(PromptMessage[] messages, int cut) =>
        Array.FindLastIndex(messages, cut - 1, message => message.Kind == SegmentKind.User);

    private static int Size(PromptDraft draft, int cut, int question, int last)
    {
        var sum = Tokens(draft, draft.Map.System.Start, draft.Map.System.End);
        for (var index = 0; index <= last; index++)
        {
            var message = draft.Map.Messages[index];
            if (index >= cut || index == question || HistoryWindow.IsInstruction(message.Kind))
                sum += Tokens(draft, message.Start, message.End);
        }
        return sum;
    }

    private static bool MayCut(PromptDraft draft, int cut, int last)
    {
        var message = draft.Map.Messages[cut];
        if (message.Kind != SegmentKind.User && !message.OpensStep)
            return false;
        var segments = draft.Map.Segments[message.FirstSegment..draft.Map.Messages[last].SegmentEnd].ToArray();
        return segments.All(result =>
            result.CallEnd == 0
            || segments.Any(call =>
                call.Kind == SegmentKind.ToolCall
                && call.Start < result.Start
                && Text(draft, call.Start, call.End).Contains(Text(draft, result.CallStart, result.CallEnd))
            )
        );
    }

    private static string Text(PromptDraft draft, int start, int end) => Encoding.UTF8.GetString(draft.Body[start..end]).Trim();

    private static int Tokens(PromptDraft draft, int start, int end)
    {
        var estimate = new TextTokenEstimate();
        estimate.AddJsonString(draft.Body[start..end]);
        return estimate.Tokens;
    }

    /// <summary>Calls that are answered late, twice, together, never; answers of calls that are not there.</summary>
    private static byte[] Conversation(Random random, RequestFormat format)
    {
        var messages = new JsonArray();
        var open = new List<string>();
        for (var index = 0; index < random.Next(2, 30); index++)
            foreach (
                var message in random.Next(6) switch
                {
                    0 or 1 => [Said("user", Words(random))],
                    2 when format != RequestFormat.Messages => [Said("system", Words(random))],
                    2 or 3 when format == RequestFormat.Responses => CallItems(random, open, index),
                    2 or 3 => [Calls(random, format, open, index)],
                    _ => (JsonObject[])[Result(random, format, open)],
                }
            )
                messages.Add(message);
        var body = new JsonObject { [format == RequestFormat.Responses ? "input" : "messages"] = messages };
        return JsonSerializer.SerializeToUtf8Bytes(body, random.Next(2) == 0 ? Indented : null);
    }

    private static JsonObject Said(string role, string text) => new() { ["role"] = role, ["content"] = text };

    private static JsonObject[] CallItems(Random random, List<string> open, int index)
    {
        var items = new JsonObject[random.Next(1, 4)];
        for (var call = 0; call < items.Length; call++)
        {
            var id = $"call_{(random.Next(8) == 0 ? 0 : index)}_{call}";
            open.Add(id);
            items[call] = new JsonObject
            {
                ["type"] = "function_call",
                ["id"] = "fc_" + id,
                ["name"] = "f",
                ["arguments"] = "{}",
                ["call_id"] = id,
            };
        }
        return items;
    }

    private static JsonObject Calls(Random random, RequestFormat format, List<string> open, int index)
    {
        var calls = new JsonArray();
        for (var call = 0; call < random.Next(1, 4); call++)
        {
            var id = $"call_{(random.Next(8) == 0 ? 0 : index)}_{call}";
            open.Add(id);
            calls.Add(
                format == RequestFormat.Messages
                    ? new JsonObject
                    {
                        ["type"] = "tool_use",
                        ["id"] = id,
                        ["name"] = "f",
                        ["input"] = new JsonObject(),
                    }
                    : new JsonObject
                    {
                        ["function"] = new JsonObject { ["name"] = "f", ["arguments"] = "{}" },
                        ["id"] = id,
                    }
            );
        }
        return format == RequestFormat.Messages
            ? new JsonObject { ["role"] = "assistant", ["content"] = calls }
            : new JsonObject
            {
                ["role"] = "assistant",
                ["content"] = null,
                ["tool_calls"] = calls,
            };
    }

    private static JsonObject Result(Random random, RequestFormat format, List<string> open)
    {
        var id = open.Count == 0 || random.Next(15) == 0 ? "call_lost" : open[^random.Next(1, Math.Min(open.Count, 4) + 1)];
        if (format == RequestFormat.Responses)
            return new JsonObject
            {
                ["type"] = "function_call_output",
                ["call_id"] = id,
                ["output"] = Words(random),
            };
        return format == RequestFormat.Messages
            ? new JsonObject
            {
                ["role"] = "user",
                ["content"] = new JsonArray(
                    new JsonObject
                    {
                        ["type"] = "tool_result",
                        ["tool_use_id"] = id,
                        ["content"] = Words(random),
                    }
                ),
            }
            : new JsonObject
            {
                ["role"] = "tool",
                ["tool_call_id"] = id,
                ["content"] = Words(random),
            };
    }

    private static string Words(Random random) => string.Concat(Enumerable.Repeat("word ", random.Next(1, 40)));
}
