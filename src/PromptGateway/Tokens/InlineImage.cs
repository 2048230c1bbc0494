using System.Buffers;
using System.Buffers.Text;

namespace PromptGateway.Tokens;

/// <summary>Finds the size of an image that travels inside the request as base64.</summary>
internal static class InlineImage
{
    // Enough to pass the metadata that cameras put before a JPEG's frame.
    private const int HeadChars = 96 * 1024;

    /// <summary>Reads the size from base64, bare or as a <c>data:</c> URL, still escaped as in the JSON string.</summary>
    public static bool TryReadSize(ReadOnlySpan<byte> raw, out ImageSize size)
    {
        var head = raw[..Math.Min(raw.Length, HeadChars)];
        var buffer = ArrayPool<byte>.Shared.Rent(head.Length);
        try
        {
            var text = buffer.AsSpan(0, JsonText.Unescape(head, buffer));
            if (text.StartsWith("data:"u8))
                text = text[(text.IndexOf((byte)',') + 1)..];
            Base64.DecodeFromUtf8InPlace(text[..(text.Length & ~3)], out var bytes);
            return ImageSize.TryRead(text[..bytes], out size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
