using System.Text.Json;
using PromptGateway.Json;
using PromptGateway.Prompts.Preview;
using PromptGateway.Tokens;

namespace PromptGateway.Cli;

/// <summary>
/// A request payload from a file: the payload itself, a line of a batch file (<c>{"custom_id","method","url","body"}</c>), whose address
/// tells the format, or a line for <c>replay</c> (<c>{"request","expected"}</c>).
/// </summary>
/// <param name="Payload">The request's body.</param>
/// <param name="Format">Its shape.</param>
/// <param name="Model">Null when it names none.</param>
internal sealed record RecordedRequest(byte[] Payload, RequestFormat Format, string? Model)
{
    /// <exception cref="FormatException">It is no payload of the three formats; says why.</exception>
    public static RecordedRequest Read(ReadOnlySpan<byte> json, RequestFormat? format)
    {
        using var members = JsonMemberList.Rent();
        Scan(json, members);
        if (members.TryFind(json, "body"u8, out var body) && body.Kind == JsonValueKind.Object)
        {
            if (members.TryFind(json, "url"u8, out var url) && JsonValueRead.TryGetString(json, url, out var address))
                format ??= OfAddress(address);
            json = body.RawValue(json);
            Scan(json, members);
        }
        else if (members.TryFind(json, "request"u8, out var request) && request.Kind == JsonValueKind.Object)
        {
            json = request.RawValue(json);
            Scan(json, members);
        }
        format ??=
            PromptFormats.Detect(json, members)
            ?? throw new FormatException(
                "neither 'messages' nor 'input', or both: a line is a payload of chat, responses or messages (--format names which), or an object that "
                    + "has it as its 'request' or 'body'"
            );
        if (!PromptFormats.Fits(json, members, format.Value))
            throw new FormatException(
                $"has not what a {PromptFormats.NameOf(format.Value)} payload has: 'messages' (chat, messages), 'input' (responses)"
            );
        members.TryFind(json, "model"u8, out var model);
        JsonValueRead.TryGetString(json, model, out var name);
        return new RecordedRequest(json.ToArray(), format.Value, name.Length == 0 ? null : name);
    }

    private static void Scan(ReadOnlySpan<byte> json, JsonMemberList members)
    {
        var scan = JsonObjectScan.Scan(json, members);
        if (!scan.IsValid)
            throw new FormatException(scan.Message);
    }

    private static RequestFormat? OfAddress(string url) =>
        url.EndsWith("/chat/completions", StringComparison.Ordinal) ? RequestFormat.ChatCompletions
        : url.EndsWith("/responses", StringComparison.Ordinal) ? RequestFormat.Responses
        : url.EndsWith("/messages", StringComparison.Ordinal) ? RequestFormat.Messages
        : null;
}
