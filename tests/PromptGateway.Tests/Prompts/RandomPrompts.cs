using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Tests.Json;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Prompts;

/// <summary>Random conversations of agents in the three formats, with tool results of many kinds; odd and hostile texts among them.</summary>
internal sealed class RandomPrompts(int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<string> _earlier = [];

    /// <summary>The bodies of one conversation, turn by turn: each starts with the messages of the one before.</summary>
    public static List<byte[]> Conversation(int seed, RequestFormat format, int turns) => new RandomPrompts(seed).Turns(format, turns);

    public static byte[] Body(int seed, RequestFormat format) => Conversation(seed, format, 4)[^1];

    /// <summary>Instructions that make a prompt long enough for providers' caches.</summary>
    public static string Manual { get; } = string.Concat(Enumerable.Repeat("Look closely, and say what you see. ", 180));

    /// <summary>One request with one tool result.</summary>
    public static byte[] WithResult(string text) =>
        Serialize(RequestFormat.ChatCompletions, [Result(RequestFormat.ChatCompletions, 1, text).ToJsonString()]);

    /// <summary>The same behind instructions that make the prompt long enough for providers' caches.</summary>
    public static byte[] WithResultBehindManual(string text) =>
        Serialize(
            RequestFormat.ChatCompletions,
            [
                new JsonObject { ["role"] = "system", ["content"] = Manual }.ToJsonString(),
                Result(RequestFormat.ChatCompletions, 1, text).ToJsonString(),
            ]
        );

    public static string Text(int seed) => new RandomPrompts(seed).ToolText();

    /// <summary>Output of a terminal: colours, escapes that are none, progress bars, fences.</summary>
    public static string TerminalText(int seed) => new RandomPrompts(seed).Terminal();

    private List<byte[]> Turns(RequestFormat format, int turns)
    {
        // As text: a tree for each turn would take longer than what is tested.
        var messages = new List<string> { Message("user", "What is wrong?\n\n\n\n{ \"a\":   1 }   \n").ToJsonString() };
        var bodies = new List<byte[]>();
        for (var turn = 1; turn <= turns; turn++)
        {
            messages.Add(Call(format, turn).ToJsonString());
            messages.Add(Result(format, turn, ToolText()).ToJsonString());
            if (_random.Next(4) == 0)
                messages.Add(Message("assistant", "Hm. [  1 ,  2 ]\n\n\n").ToJsonString());
            if (_random.Next(5) == 0)
                messages.Add(new JsonObject { ["type"] = "unheard_of", ["content"] = "{ \"x\" :   1 }" }.ToJsonString());
            bodies.Add(Serialize(format, messages));
        }
        return bodies;
    }

    private static byte[] Serialize(RequestFormat format, List<string> messages)
    {
        var name = format == RequestFormat.Responses ? "input" : "messages";
        return Encoding.UTF8.GetBytes($"{{\"model\":\"m\",\"{name}\":[{string.Join(',', messages)}]}}");
    }

    private static JsonObject Message(string role, string text) => new() { ["role"] = role, ["content"] = text };

    private static JsonObject Call(RequestFormat format, int turn)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"call_{turn}");
        return format switch
        {
            RequestFormat.Responses => new JsonObject
            {
                ["type"] = "function_call",
                ["call_id"] = id,
                ["name"] = "get",
                ["arguments"] = "{ }",
            },
            RequestFormat.Messages => new JsonObject
            {
                ["role"] = "assistant",
                ["content"] = new JsonArray(
                    new JsonObject
                    {
                        ["type"] = "tool_use",
                        ["id"] = id,
                        ["name"] = "get",
                        ["input"] = new JsonObject(),
                    }
                ),
            },
            _ => new JsonObject { ["role"] = "assistant", ["tool_calls"] = new JsonArray(new JsonObject { ["id"] = id }) },
        };
    }

    private static JsonObject Result(RequestFormat format, int turn, string text)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"call_{turn}");
        return format switch
        {
            RequestFormat.Responses => new JsonObject
            {
                ["type"] = "function_call_output",
                ["output"] = text,
                ["call_id"] = id,
            },
            RequestFormat.Messages => new JsonObject
            {
                ["role"] = "user",
                ["content"] = new JsonArray(
                    new JsonObject
                    {
                        ["type"] = "tool_result",
                        ["tool_use_id"] = id,
                        ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }),
                    }
                ),
            },
            _ => new JsonObject
            {
                ["content"] = text,
                ["role"] = "tool",
                ["tool_call_id"] = id,
            },
        };
    }

    private string ToolText()
    {
        var text = _random.Next(11) switch
        {
            9 => Named(),
            10 => Alike(),
            0 => Pretty(RandomJson.Object(_random.Next(), "id", "name")),
            1 or 2 => Rows(),
            3 or 4 => Log(),
            5 => string.Join('\n', Enumerable.Range(0, _random.Next(40)).Select(_ => RandomJson.Object(_random.Next()))),
            6 when _earlier.Count > 0 => Excerpt(_earlier[_random.Next(_earlier.Count)]),
            7 => Terminal(),
            _ => Noise(),
        };
        _earlier.Add(text);
        return text;
    }

    private static string Pretty(string json)
    {
        // Only white space is added, so that odd lexemes stay.
        return json.Replace("{", "{\n   ", StringComparison.Ordinal) is var text && IsJson(text) ? text : json;
    }

    private static bool IsJson(string text)
    {
        try
        {
            JsonDocument.Parse(text).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private string Rows()
    {
        string[] cells =
        [
            "1",
            "-0.10",
            "\"a\"",
            "\"b, c\"",
            "\"2024-01-02\"",
            "null",
            "true",
            "\"true\"",
            "\"12\"",
            "\"\"",
            "[1,2]",
            "{}",
            "\"!x\"",
            "\"]\"",
            "\" s\"",
            "\"}\"",
            "\"-\"",
            "{\"p\":1,\"q\":\"z\"}",
            "[{\"u\":1,\"v\":2},{\"u\":3,\"v\":4}]",
            "\"\\u00e9\\n\"",
            "1e400",
        ];
        string[] names = ["id", "name", "a b", "", "x.y", "n=m", "\\u0041", "{}", "status"];
        var columns = names[.._random.Next(1, names.Length)];
        var constant = cells[_random.Next(cells.Length)];
        var rows = Enumerable
            .Range(0, _random.Next(2, 30))
            .Select(_ =>
                _random.Next(15) == 0
                    ? cells[_random.Next(cells.Length)]
                    : "{"
                        + string.Join(
                            ",",
                            columns
                                .Where(_ => _random.Next(12) > 0)
                                .Select(
                                    (name, at) =>
                                        $"\"{name}\": {(at == 0 ? constant : at == 1 ? "{\"p\":1,\"q\":" + cells[_random.Next(cells.Length)] + "}" : cells[_random.Next(cells.Length)])}"
                                )
                        )
                        + "}"
            );
        var array = "[\n  " + string.Join(",\n  ", rows) + "\n]";
        return _random.Next(3) switch
        {
            0 => array,
            1 => $"{{ \"items\": {array}, \"more\": {{ \"again\": {array} }} }}",
            _ => $"[{array}, {array}]\n",
        };
    }

    /// <summary>An object whose members are objects alike, mostly.</summary>
    private string Named()
    {
        string[] others =
        [
            "1",
            "\"a, b\"",
            "\"x}\"",
            "null",
            "[]",
            "{}",
            "{\"q\":2}",
            "\"\\n\"",
            "\"=\"",
            "\"12\"",
            "{\"k\":{\"v\":1},\"l\":{\"v\":2}}",
        ];
        string[] names = ["key_{0}", "{0}", "a b{0}", "", "n={0}", "x:{0}", "}}{0}"];
        var form = names[_random.Next(names.Length)];
        var members = Enumerable
            .Range(0, _random.Next(2, 25))
            .Select(at =>
                $"\"{string.Format(CultureInfo.InvariantCulture, form, at)}\":"
                + (
                    _random.Next(3) == 0
                        ? others[_random.Next(others.Length)]
                        : $"{{\"enabled\":{(_random.Next(2) == 0 ? "true" : "null")},\"limit\":{_random.Next(99)},\"owner\":{others[_random.Next(others.Length)]}}}"
                )
            );
        var all = "{" + string.Join(",", members) + "}";
        return _random.Next(2) == 0 ? all : $"[{{\"m\":{all}}},{{\"m\":{all}}},{{\"m\":null}}]";
    }

    /// <summary>Rows whose strings begin and end alike, with objects that are null or missing now and then.</summary>
    private string Alike()
    {
        string[] edges = ["https://example.com/", "2026-03-0", "[a-", " b ", "a{", "x,", "\u00e9-", "{}", "!-", "null-", "\\n-", "é/"];
        string[] middles = ["1", "23", "", "null", "true", "a b", "c,d", "\\\\", "}", "\u00e9", "!", "{}", "]", " "];
        var (left, right) = (edges[_random.Next(edges.Length)], edges[_random.Next(edges.Length)]);
        var odd = _random.Next(4) == 0;
        var rows = Enumerable
            .Range(0, _random.Next(2, 30))
            .Select(_ =>
                "{\"u\":"
                + (_random.Next(9) == 0 ? (odd ? "5" : "null") : $"\"{left}{middles[_random.Next(middles.Length)]}{right}\"")
                + _random.Next(5) switch
                {
                    0 => "",
                    1 => ",\"o\":null",
                    2 when odd => ",\"o\":{\"a\":null,\"b\":1}",
                    _ =>
                        $",\"o\":{{\"a\":\"{middles[_random.Next(middles.Length)]}\",\"b\":{_random.Next(3)},\"c\":{{\"d\":\"{left}{_random.Next(9)}\"}}}}",
                }
                + ",\"z\":[{\"p\":1},{\"p\":2}]}"
            );
        return "[" + string.Join(",", rows) + "]";
    }

    private string Log()
    {
        string[] forms =
        [
            "2024-01-02T03:04:{0:00}.{1:000}Z INFO  [worker-{2}] Processed id={1} in {0}ms",
            "{0}:{1} GET /api/items/{2} 200",
            "{0} plain",
            "*{0}",
            "\\ back {1}",
            "no digits at all here",
            "with {{}} braces {0}",
            "[= lines {0}",
            "1={0} form-like {1} {2}",
        ];
        var chosen = forms[.._random.Next(1, forms.Length + 1)];
        var lines = Enumerable
            .Range(0, _random.Next(60))
            .Select(_ =>
                string.Format(
                    CultureInfo.InvariantCulture,
                    chosen[_random.Next(chosen.Length)],
                    _random.Next(60),
                    _random.Next(1000),
                    _random.Next(9)
                )
            );
        return string.Join('\n', lines) + (_random.Next(2) == 0 ? "\n" : "");
    }

    private string Excerpt(string text)
    {
        var from = _random.Next(text.Length / 2 + 1);
        var start = text.IndexOf('\n', from) + 1;
        return _random.Next(2) == 0 ? text : "again:\n" + text[start..] + "\nend";
    }

    private string Terminal()
    {
        string[] pieces =
        [
            "\u001b[31mred\u001b[0m",
            "  ",
            "\r",
            "\n",
            "\n\n\n",
            "10%",
            "progress 1",
            "progress 22",
            "\u001b",
            "[0m",
            "\u001b[K",
            "\u001b[2",
            "progress \u001b",
            "progress \u001b[1m",
            "\t",
            "word",
            "```",
            "\r\n",
            "{ \"a\":  1 }",
        ];
        return string.Concat(Enumerable.Range(0, _random.Next(80)).Select(_ => pieces[_random.Next(pieces.Length)]));
    }

    private string Noise()
    {
        string[] pieces =
        [
            "JSON with arrays as tables [{columns}:rows]\n",
            "[{a,b}:\n1,2\n]",
            "[{a?{b,c=1},d=x{}y}:\nnull,2\n]",
            "{{a,b}:\nc:1,2\nd=3\n}",
            "[left out: ",
            "[= lines 1-2 of tool result 1, \"a\" to \"b\"]\n",
            "Log, folded: ",
            "\u00e9",
            "\U0001F600",
            "\"",
            "\\",
            "{",
            "}",
            "\u0000",
            "text that is a little longer than the others\n",
        ];
        return string.Concat(Enumerable.Range(0, _random.Next(30)).Select(_ => pieces[_random.Next(pieces.Length)]));
    }
}
