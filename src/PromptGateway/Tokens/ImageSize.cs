using System.Buffers.Binary;

namespace PromptGateway.Tokens;

/// <summary>The size of an image in pixels, at least 1 x 1.</summary>
internal readonly record struct ImageSize(int Width, int Height)
{
    /// <summary>What an image of unknown size is taken for.</summary>
    public static readonly ImageSize Assumed = new(1024, 1024);

    /// <summary>Reads the size from the start of a PNG, GIF, WebP or JPEG file.</summary>
    /// <returns>False if it is none of these or the header is not within <paramref name="file"/>.</returns>
    public static bool TryRead(ReadOnlySpan<byte> file, out ImageSize size)
    {
        size = file switch
        {
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] when file.Length >= 24 => Big(file[20..], file[16..], wide: true),
            [(byte)'G', (byte)'I', (byte)'F', ..] when file.Length >= 10 => new(Little(file[6..]), Little(file[8..])),
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] when file.Length >= 30 => WebP(file),
            [0xFF, 0xD8, ..] => Jpeg(file[2..]),
            _ => default,
        };
        return size.Width > 0 && size.Height > 0;
    }

    private static ImageSize WebP(ReadOnlySpan<byte> file)
    {
        var body = file[20..];
        if (file[12..16].SequenceEqual("VP8 "u8))
            return new(Little(body[6..]) & 0x3FFF, Little(body[8..]) & 0x3FFF);
        if (file[12..16].SequenceEqual("VP8X"u8))
            return new(1 + (Little(body[4..]) | body[6] << 16), 1 + (Little(body[7..]) | body[9] << 16));
        if (!file[12..16].SequenceEqual("VP8L"u8))
            return default;
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(body[1..]);
        return new(1 + (int)(bits & 0x3FFF), 1 + (int)(bits >> 14 & 0x3FFF));
    }

    /// <summary>Walks the segments (marker, two bytes of length, data) up to the start of frame.</summary>
    private static ImageSize Jpeg(ReadOnlySpan<byte> segments)
    {
        while (segments.Length >= 9 && segments[0] == 0xFF)
        {
            if (segments[1] is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                return Big(segments[5..], segments[7..], wide: false);
            var next = 2 + BinaryPrimitives.ReadUInt16BigEndian(segments[2..]);
            segments = next < segments.Length ? segments[next..] : [];
        }
        return default;
    }

    private static int Little(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt16LittleEndian(at);

    private static ImageSize Big(ReadOnlySpan<byte> height, ReadOnlySpan<byte> width, bool wide) =>
        wide
            ? new(BinaryPrimitives.ReadInt32BigEndian(width), BinaryPrimitives.ReadInt32BigEndian(height))
            : new(BinaryPrimitives.ReadUInt16BigEndian(width), BinaryPrimitives.ReadUInt16BigEndian(height));
}
