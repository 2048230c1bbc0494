using System.Text.Json;
using PromptGateway.Json;

namespace PromptGateway.Prompts.Preview;

/// <summary>What is posted to <c>/v1/prompts/restore</c>: an optimized payload, or a preview's answer, of which <c>request</c> and <c>restore</c> count.</summary>
internal static class RestoreRequest
{
    /// <summary>The payload; what is no answer of a preview is one itself.</summary>
    public static ReadOnlyMemory<byte> Unwrap(ReadOnlyMemory<byte> body, out string? patch)
    {
        patch = null;
        using var members = JsonMemberList.Rent();
        if (
            !JsonObjectScan.Scan(body.Span, members).IsValid
            || !members.TryFind(body.Span, "request"u8, out var request)
            || request.Kind != JsonValueKind.Object
        )
            return body;
        if (members.TryFind(body.Span, "restore"u8, out var restore) && JsonValueRead.TryGetString(body.Span, restore, out var text))
            patch = text;
        return body.Slice(request.ValueStart, request.ValueLength);
    }
}
