using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace PromptGateway.Json;

/// <summary>Typed reads of a member that <see cref="JsonObjectScan"/> has checked.</summary>
internal static class JsonValueRead
{
    private const int StackLength = 256;

    /// <summary>The text of a string value, escapes decoded; false for any other kind.</summary>
    public static bool TryGetString(ReadOnlySpan<byte> utf8, in JsonMember member, out string text)
    {
        text = string.Empty;
        if (member.Kind != JsonValueKind.String)
            return false;
        text = DecodeString(utf8[(member.ValueStart + 1)..(member.ValueEnd - 1)]);
        return true;
    }

    /// <summary>Whether a string value decodes to these bytes; false for any other kind. Allocates nothing.</summary>
    public static bool StringEquals(ReadOnlySpan<byte> utf8, in JsonMember member, ReadOnlySpan<byte> decoded) =>
        member.Kind == JsonValueKind.String && JsonEscape.EqualsDecoded(utf8[(member.ValueStart + 1)..(member.ValueEnd - 1)], decoded);

    /// <summary>The value of <c>true</c> or <c>false</c>; false for any other kind.</summary>
    public static bool TryGetBoolean(in JsonMember member, out bool value)
    {
        value = member.Kind == JsonValueKind.True;
        return value || member.Kind == JsonValueKind.False;
    }

    /// <summary>A number written as an integer.</summary>
    public static JsonIntegerStatus GetInt64(ReadOnlySpan<byte> utf8, in JsonMember member, out long value)
    {
        value = 0;
        if (member.Kind != JsonValueKind.Number)
            return JsonIntegerStatus.NotANumber;
        var lexeme = member.RawValue(utf8);
        if (lexeme.IndexOfAny((byte)'.', (byte)'e', (byte)'E') >= 0)
            return JsonIntegerStatus.NotAnInteger;
        return Utf8Parser.TryParse(lexeme, out value, out var consumed) && consumed == lexeme.Length
            ? JsonIntegerStatus.Integer
            : JsonIntegerStatus.OutOfRange;
    }

    /// <summary>Decodes checked string text, given without its quotes.</summary>
    public static string DecodeString(ReadOnlySpan<byte> raw)
    {
        if (!raw.Contains((byte)'\\'))
            return Encoding.UTF8.GetString(raw);
        var rented = raw.Length > StackLength ? ArrayPool<byte>.Shared.Rent(raw.Length) : null;
        Span<byte> decoded = rented ?? stackalloc byte[StackLength];
        var text = Encoding.UTF8.GetString(decoded[..JsonEscape.Decode(raw, decoded)]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return text;
    }
}
