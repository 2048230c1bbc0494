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

    public static (Prompt? Prompt, Rejection? Rejection) Read(PooledBody body, bool modelRequired)
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
        var cap = MaxOutput(json, members);
        var choices = Choices(json, members);
        var references = References(json, members);

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

    private static long? MaxOutput(ReadOnlySpan<byte> json, JsonMemberList members)
    {
        foreach (var name in CapNames)
            if (
                members.TryFind(json, name, out var member)
                && JsonValueRead.GetInt64(json, member, out var value) == JsonIntegerStatus.Integer
                && value >= 0
            )
                return value;
        return null;
    }

    private static long Choices(ReadOnlySpan<byte> json, JsonMemberList members) =>
        members.TryFind(json, "n"u8, out var member) && JsonValueRead.GetInt64(json, member, out var value) == JsonIntegerStatus.Integer
            ? Math.Clamp(value, 1, 1000)
            : 1;

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

    private static readonly byte[][] CapNames =
    [
        "max_completion_tokens"u8.ToArray(),
        "max_tokens"u8.ToArray(),
        "max_output_tokens"u8.ToArray(),
    ];
}
