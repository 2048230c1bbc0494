using System.Buffers.Text;
using System.Text.Json;
using PromptGateway.Chat;
using PromptGateway.Json;

namespace PromptGateway.Prompts;

/// <summary>
/// Turns a body into a <see cref="Prompt"/>, or says what is wrong with it. What is checked here is what goes upstream: the same
/// bytes, in which no name stands twice.
/// </summary>
internal static class PromptReading
{
    /// <summary>Characters; longer names are refused before anything is looked up.</summary>
    public const int LongestModelName = 256;

    /// <summary>Of one prompt.</summary>
    private const long MostChoices = 1000;

    public static (Prompt? Prompt, Rejection? Rejection) Read(PooledBody body, bool modelRequired, Operation operation)
    {
        using var members = JsonMemberList.Rent();
        var json = body.Span;
        var scan = JsonObjectScan.Scan(json, members);
        if (!scan.IsValid)
            return (null, Rejection.BadRequest("invalid_json", scan.Message));

        members.TryFind(json, "model"u8, out var model);
        if (CheckModel(model, modelRequired) is { } badModel)
            return (null, badModel);
        var streams = false;
        if (
            members.TryFind(json, "stream"u8, out var stream)
            && stream.Kind != JsonValueKind.Null
            && !JsonValueRead.TryGetBoolean(stream, out streams)
        )
            return (null, Rejection.BadRequest("invalid_type", "'stream' must be true, false or null.", "stream"));
        members.TryFind(json, "stream_options"u8, out var options);
        var cap = MaxOutput(json, members, operation);
        var choices = Choices(json, members, operation);
        var references = References(json, members);
        var goesOn = operation == Operation.Responses && GoesOn(json, members);

        // The list is used again for the nested object: nothing of the outer one is needed any more.
        var (includeUsage, empty, rejection) = ReadStreamOptions(json, options, members);
        if (rejection is not null)
            return (null, rejection);
        var prompt = new Prompt
        {
            Body = body,
            ObjectStart = scan.ObjectStart,
            ObjectClose = scan.ObjectClose,
            Model = model,
            Stream = streams,
            StreamOptions = options,
            IncludeUsage = includeUsage,
            StreamOptionsEmpty = empty,
            MaxOutputTokens = cap,
            Choices = choices,
            References = references,
            GoesOn = goesOn,
        };
        return (prompt, null);
    }

    private static Rejection? CheckModel(in JsonMember model, bool required) =>
        model.Kind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null when !required => null,
            JsonValueKind.Undefined or JsonValueKind.Null => Rejection.BadRequest(
                "missing_required_parameter",
                "'model' is missing: name the model to use. GET /v1/models lists those that this key may use.",
                "model"
            ),
            JsonValueKind.String when model.ValueLength <= 2 => Rejection.BadRequest("invalid_value", "'model' is empty.", "model"),
            JsonValueKind.String when model.ValueLength > LongestModelName * 6 => Rejection.BadRequest(
                "invalid_value",
                "'model' is too long.",
                "model"
            ),
            JsonValueKind.String => null,
            _ => Rejection.BadRequest("invalid_type", "'model' must be a string.", "model"),
        };

    private static (JsonMember IncludeUsage, bool Empty, Rejection? Rejection) ReadStreamOptions(
        ReadOnlySpan<byte> json,
        in JsonMember options,
        JsonMemberList members
    )
    {
        if (options.Kind is JsonValueKind.Undefined or JsonValueKind.Null)
            return default;
        if (options.Kind != JsonValueKind.Object)
            return (default, false, Rejection.BadRequest("invalid_type", "'stream_options' must be an object or null.", "stream_options"));
        members.Clear();
        var scan = JsonObjectScan.ScanNested(json, options, members);
        if (!scan.IsValid)
            return (default, false, Rejection.BadRequest("invalid_json", "'stream_options': " + scan.Message, "stream_options"));
        members.TryFind(json, "include_usage"u8, out var includeUsage);
        return (includeUsage, members.Count == 0, null);
    }

    /// <summary>
    /// Only names that the endpoint has, or a cap that nobody heeds would be believed. Of two the larger: upstreams differ in which they heed.
    /// </summary>
    private static long? MaxOutput(ReadOnlySpan<byte> json, JsonMemberList members, Operation operation)
    {
        long? most = null;
        foreach (var name in CapNames(operation))
            if (Integer(json, members, name) is { } value and >= 0)
                most = Math.Max(most ?? 0, value);
        return most;
    }

    private static byte[][] CapNames(Operation operation) =>
        operation switch
        {
            Operation.Chat => ChatCaps,
            Operation.Completion or Operation.Messages => OldCap,
            Operation.Responses => ResponseCap,
            _ => [],
        };

    /// <summary>How many answers are generated, and billed.</summary>
    private static long Choices(ReadOnlySpan<byte> json, JsonMemberList members, Operation operation)
    {
        var asked = Math.Clamp(Count(json, members, "n"u8) ?? 1, 1, MostChoices);
        if (operation != Operation.Completion)
            return asked;
        var best = Math.Clamp(Count(json, members, "best_of"u8) ?? 1, asked, MostChoices);
        return members.TryFind(json, "prompt"u8, out var prompt) && prompt.Kind == JsonValueKind.Array
            ? best * Prompts(prompt.RawValue(json))
            : best;
    }

    /// <summary>Texts or lists of tokens; a list of numbers is one prompt.</summary>
    private static long Prompts(ReadOnlySpan<byte> array)
    {
        var reader = new Utf8JsonReader(array);
        var prompts = 0L;
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Number)
                return 1;
            prompts++;
            reader.Skip();
        }
        return Math.Max(1, prompts);
    }

    private static long? Integer(ReadOnlySpan<byte> json, JsonMemberList members, ReadOnlySpan<byte> name) =>
        members.TryFind(json, name, out var member) && JsonValueRead.GetInt64(json, member, out var value) == JsonIntegerStatus.Integer
            ? value
            : null;

    /// <summary>As lenient upstreams read it, to whom <c>2.0</c> and <c>"2"</c> are two.</summary>
    private static long? Count(ReadOnlySpan<byte> json, JsonMemberList members, ReadOnlySpan<byte> name)
    {
        if (Integer(json, members, name) is { } whole)
            return whole;
        if (!members.TryFind(json, name, out var member) || member.Kind is not (JsonValueKind.Number or JsonValueKind.String))
            return null;
        return Utf8Parser.TryParse(member.RawValue(json).Trim("\" "u8), out double value, out _)
            ? (long)Math.Clamp(Math.Ceiling(value), 0, MostChoices)
            : MostChoices;
    }

    /// <summary>Much of the prompt may not be in the request.</summary>
    private static bool GoesOn(ReadOnlySpan<byte> json, JsonMemberList members) =>
        (members.TryFind(json, "previous_response_id"u8, out var response) && response.Kind != JsonValueKind.Null)
        || (members.TryFind(json, "conversation"u8, out var conversation) && conversation.Kind != JsonValueKind.Null);

    private static JsonMember[]? References(ReadOnlySpan<byte> json, JsonMemberList members)
    {
        List<JsonMember>? found = null;
        foreach (var name in ReferenceNames)
            if (members.TryFind(json, name, out var member) && member.Kind is JsonValueKind.String or JsonValueKind.Object)
                (found ??= []).Add(member);
        return found?.ToArray();
    }

    private static readonly byte[][] ReferenceNames =
    [
        "previous_response_id"u8.ToArray(),
        "conversation"u8.ToArray(),
        "input_file_id"u8.ToArray(),
        "training_file"u8.ToArray(),
        "validation_file"u8.ToArray(),
    ];

    private static readonly byte[][] ChatCaps = ["max_completion_tokens"u8.ToArray(), "max_tokens"u8.ToArray()];
    private static readonly byte[][] OldCap = ["max_tokens"u8.ToArray()];
    private static readonly byte[][] ResponseCap = ["max_output_tokens"u8.ToArray()];
}
