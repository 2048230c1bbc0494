using System.Text;

namespace PromptGateway.Prompts;

/// <summary>Finds the <c>model</c> field in the first bytes of a <c>multipart/form-data</c> body.</summary>
internal static class FormModel
{
    /// <summary>Where the field's value lies in the bytes; null when it has not come yet.</summary>
    public static Range? Find(ReadOnlySpan<byte> body, ReadOnlySpan<byte> delimiter)
    {
        var from = 0;
        while (true)
        {
            var at = body[from..].IndexOf(delimiter);
            if (at < 0)
                return null;
            var part = from + at + delimiter.Length;
            var head = body[part..].IndexOf("\r\n\r\n"u8);
            if (head < 0)
                return null;
            var value = part + head + 4;
            if (IsModel(body.Slice(part, head)))
            {
                var end = body[value..].IndexOf(delimiter);
                // The CRLF before the delimiter belongs to the delimiter.
                return end < 2 ? null : new Range(value, value + end - 2);
            }
            from = value;
        }
    }

    /// <summary>The delimiter line's start, <c>--boundary</c>; null when the content type names no usable boundary, or two.</summary>
    public static byte[]? Delimiter(string? contentType)
    {
        if (!System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var type))
            return null;
        byte[]? found = null;
        foreach (var parameter in type.Parameters)
        {
            if (!parameter.Name.Equals("boundary", StringComparison.OrdinalIgnoreCase))
                continue;
            // Of two boundaries a server could take the other one.
            if (found is not null || parameter.Value?.Trim('"') is not { Length: > 0 and <= 200 } boundary)
                return null;
            found = Encoding.Latin1.GetBytes("--" + boundary);
        }
        return found;
    }

    private static bool IsModel(ReadOnlySpan<byte> head) =>
        head.IndexOf("name=\"model\""u8) >= 0
        || head.EndsWith("name=model"u8)
        || head.IndexOf("name=model\r"u8) >= 0
        || head.IndexOf("name=model;"u8) >= 0;
}
