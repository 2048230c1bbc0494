using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace PromptGateway.Benchmarks.Corpus;

/// <summary>Whole requests: one tool result, a long chat, an agent at work on a repository or on an operations task.</summary>
internal static class CorpusConversations
{
    public static byte[] Result(string text) => Result(text, "get");

    public static byte[] Result(string text, string tool) =>
        Body([Message("user", "Look at this."), Call(1, tool, "{}"), ToolResult(1, text)]);

    public static byte[] Chat(CorpusWords words)
    {
        var messages = new List<JsonNode> { Message("system", words.Sentence(60)) };
        for (var turn = 10 + words.Below(30); turn > 0; turn--)
        {
            messages.Add(Message("user", words.Sentence(10 + words.Below(30))));
            messages.Add(Message("assistant", words.Sentence(40 + words.Below(100))));
        }
        return Body(messages);
    }

    public static byte[] Coding(CorpusWords words)
    {
        var files = Enumerable.Range(0, 4).Select(_ => CorpusTexts.File(words)).ToArray();
        var messages = Start(words);
        for (var step = 1; step <= 14 + words.Below(16); step++)
        {
            var file = words.Below(files.Length);
            var (tool, result) = words.Below(10) switch
            {
                0 or 1 or 2 or 3 => ("read_file", CorpusTexts.Numbered(files[file])),
                4 => ("search", CorpusTexts.Search(words)),
                5 or 6 => ("run", CorpusLogs.Test(words)),
                7 => ("run", CorpusLogs.Build(words)),
                8 => ("edit", Edit(words, files, file)),
                _ => ("run", CorpusTexts.StackTrace(words)),
            };
            Step(words, messages, step, tool, result);
        }
        return Body(messages, CorpusTools.Coding());
    }

    public static byte[] Operations(CorpusWords words)
    {
        var messages = Start(words);
        for (var step = 1; step <= 8 + words.Below(12); step++)
        {
            var (tool, result) = words.Below(6) switch
            {
                0 => ("query", CorpusJson.Rows(words)),
                1 => ("http_get", CorpusJson.Api(words)),
                2 => ("http_get", CorpusJson.Record(words)),
                3 => ("logs", CorpusLogs.Service(words)),
                4 => ("logs", CorpusLogs.Access(words)),
                _ => ("read_page", CorpusTexts.Markdown(words)),
            };
            Step(words, messages, step, tool, result);
        }
        return Body(messages, CorpusTools.Operations());
    }

    /// <summary>An agent with short instructions, small results and few steps: its prompts are about as long as caches ask for.</summary>
    public static byte[] Short(CorpusWords words)
    {
        var messages = new List<JsonNode>
        {
            Message("system", words.Sentence(100 + words.Below(500))),
            Message("user", words.Sentence(30)),
        };
        for (var step = 1; step <= 3 + words.Below(5); step++)
            Step(words, messages, step, "http_get", CorpusJson.Record(words));
        return Body(messages, CorpusTools.Short());
    }

    private static string Edit(CorpusWords words, string[] files, int file)
    {
        var line = $"        // {words.Sentence(6)}\n";
        var at = files[file].IndexOf("        if", files[file].Length / 3, StringComparison.Ordinal);
        files[file] = at < 0 ? files[file] + line : files[file].Insert(at, line);
        return "The file was edited.";
    }

    private static List<JsonNode> Start(CorpusWords words) =>
        [Message("system", "You are an agent. " + words.Sentence(300)), Message("user", words.Sentence(60))];

    private static void Step(CorpusWords words, List<JsonNode> messages, int step, string tool, string result)
    {
        messages.Add(Call(step, tool, $"{{\"path\":\"src/{words.Noun}.cs\"}}", words.Sentence(20 + words.Below(40))));
        messages.Add(ToolResult(step, result));
    }

    private static JsonObject Message(string role, string text) => new() { ["role"] = role, ["content"] = text };

    private static JsonObject ToolResult(int step, string text) =>
        new()
        {
            ["role"] = "tool",
            ["tool_call_id"] = Id(step),
            ["content"] = text,
        };

    private static JsonObject Call(int step, string tool, string arguments, string? text = null) =>
        new()
        {
            ["role"] = "assistant",
            ["content"] = text,
            ["tool_calls"] = new JsonArray(
                new JsonObject
                {
                    ["id"] = Id(step),
                    ["type"] = "function",
                    ["function"] = new JsonObject { ["name"] = tool, ["arguments"] = arguments },
                }
            ),
        };

    private static string Id(int step) => string.Create(CultureInfo.InvariantCulture, $"call_{step:000}");

    private static byte[] Body(List<JsonNode> messages, JsonArray? tools = null)
    {
        var body = new JsonObject { ["model"] = "gpt-4o", ["messages"] = new JsonArray([.. messages]) };
        if (tools is not null)
            body["tools"] = tools;
        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }
}
