using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Json;
using PromptGateway.Prompts.Preview;
using PromptGateway.Tokens;

namespace PromptGateway.Cli.Replay;

/// <summary>
/// One conversation of a replay: a payload of chat completions, responses or messages, or <c>{"request":{payload}}</c>, in either case with
/// <c>id</c>, <c>expected</c> (text or JSON) and <c>schema</c> beside it. Where the last message is the assistant's text, it is the expected
/// answer.
/// </summary>
internal sealed record ReplayCase
{
    private static readonly JsonDocumentOptions Strict = new()
    {
        MaxDepth = JsonObjectScan.DefaultMaxDepth,
        AllowDuplicateProperties = false,
    };

    public required string Id { get; init; }

    public required RequestFormat Format { get; init; }

    /// <summary>Without model and streaming, which the replay sets itself.</summary>
    public required JsonObject Request { get; init; }

    /// <summary>Null: none is known.</summary>
    public string? Expected { get; init; }

    /// <summary>Null: none.</summary>
    public JsonNode? Schema { get; init; }

    /// <summary>The last message as JSON, or the text that is all of the input: what is to be answered.</summary>
    public string Question =>
        Request[ListOf(Format)] is JsonArray { Count: > 0 } list ? list[^1]!.ToJsonString() : Request["input"]!.ToJsonString();

    /// <param name="json">The line.</param>
    /// <param name="line">Its number.</param>
    /// <param name="format">Null: told by the fields.</param>
    /// <exception cref="FormatException">It is no such line; says why.</exception>
    public static ReplayCase Read(ReadOnlySpan<byte> json, int line, RequestFormat? format = null)
    {
        try
        {
            return Read(
                JsonNode.Parse(json, documentOptions: Strict) as JsonObject ?? throw new FormatException("is no JSON object"),
                line,
                format
            );
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("is no valid JSON: " + e.Message, e);
        }
    }

    private static ReplayCase Read(JsonObject whole, int line, RequestFormat? named)
    {
        var request = (whole["request"] as JsonObject ?? whole["body"] as JsonObject ?? whole).DeepClone().AsObject();
        foreach (var name in (string[])["id", "custom_id", "expected", "schema", "model", "stream", "stream_options"])
            request.Remove(name);
        var format = FormatOf(request, named);
        var expected = whole["expected"];
        if (request[ListOf(format)] is JsonArray list)
        {
            if (list.Count > 0 && AnswerIn(list[^1]) is { } answer)
            {
                expected ??= answer;
                list.RemoveAt(list.Count - 1);
            }
            if (list.Count == 0)
                throw new FormatException("has nothing to answer: it has no message but the assistant's");
        }
        else if (format != RequestFormat.Responses || request["input"] is not JsonValue)
            throw new FormatException($"has no '{ListOf(format)}' that a {PromptFormats.NameOf(format)} payload has");
        return new ReplayCase
        {
            Id = Name(whole) ?? "line " + line,
            Format = format,
            Request = request,
            Expected = expected is JsonValue value && value.TryGetValue<string>(out var text) ? text : expected?.ToJsonString(),
            Schema = whole["schema"]?.DeepClone(),
        };
    }

    private static string ListOf(RequestFormat format) => format == RequestFormat.Responses ? "input" : "messages";

    private static RequestFormat FormatOf(JsonObject request, RequestFormat? named)
    {
        var body = Encoding.UTF8.GetBytes(request.ToJsonString());
        using var members = JsonMemberList.Rent();
        var scan = JsonObjectScan.Scan(body, members);
        if (!scan.IsValid)
            throw new FormatException(scan.Message);
        return named
            ?? PromptFormats.Detect(body, members)
            ?? throw new FormatException("has neither 'messages' nor 'input', or both; replay takes chat, responses and messages payloads");
    }

    /// <summary>What the assistant says in a message, if it only speaks: text, or blocks of text.</summary>
    private static JsonNode? AnswerIn(JsonNode? message)
    {
        if (message is not JsonObject last || (string?)(last["role"] as JsonValue) != "assistant" || last["tool_calls"] is not null)
            return null;
        if (last["content"] is not JsonArray blocks)
            return last["content"]?.DeepClone();
        var texts = blocks.Select(block => block?["text"]).ToList();
        return texts.Count == 0 || texts.Contains(null)
            ? null
            : JsonValue.Create(string.Concat(texts.Select(text => text!.GetValue<string>())));
    }

    private static string? Name(JsonObject whole) => (whole["id"] ?? whole["custom_id"])?.ToString();
}
