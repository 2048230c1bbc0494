using System.Buffers.Binary;
using System.IO.Compression;

namespace PromptGateway.Tokens;

/// <summary>
/// The compact form in which a BPE vocabulary travels inside the assembly: a brotli stream of the magic
/// <c>PGB1</c>, the token count (little-endian int32), one length byte per token in rank order, then the
/// tokens' bytes back to back. A token's rank is its position.
/// </summary>
internal static class RankFile
{
    /// <summary>No token of the known vocabularies is longer; the packed hash slots rely on it fitting a byte.</summary>
    public const int MaxTokenBytes = 128;

    private const int HeaderBytes = 8;

    private static ReadOnlySpan<byte> Magic => "PGB1"u8;

    /// <summary>Writes <paramref name="tokens"/>, given in rank order without gaps.</summary>
    /// <exception cref="ArgumentException">A token is empty or longer than <see cref="MaxTokenBytes"/>.</exception>
    public static void Write(Stream output, IReadOnlyList<byte[]> tokens)
    {
        using var brotli = new BrotliStream(output, CompressionLevel.SmallestSize, leaveOpen: true);
        Span<byte> header = stackalloc byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], tokens.Count);
        brotli.Write(header);
        foreach (var token in tokens)
        {
            if (token.Length is 0 or > MaxTokenBytes)
                throw new ArgumentException(
                    $"A token of {token.Length} bytes does not fit; lengths 1 to {MaxTokenBytes} do.",
                    nameof(tokens)
                );
            brotli.WriteByte((byte)token.Length);
        }
        foreach (var token in tokens)
            brotli.Write(token);
    }

    /// <summary>Reads a whole file into a vocabulary.</summary>
    /// <exception cref="InvalidDataException">The stream is not a complete rank file.</exception>
    public static Vocabulary Read(Stream input)
    {
        using var brotli = new BrotliStream(input, CompressionMode.Decompress);
        Span<byte> header = stackalloc byte[HeaderBytes];
        ReadFully(brotli, header);
        var count = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        if (!header[..4].SequenceEqual(Magic) || count is < 256 or > Vocabulary.MaxTokens)
            throw new InvalidDataException("Not a BPE rank file: rebuild it with the benchmark project's pack-ranks command.");
        var lengths = new byte[count];
        ReadFully(brotli, lengths);
        var offsets = new int[count + 1];
        for (var i = 0; i < count; i++)
            offsets[i + 1] = offsets[i] + lengths[i];
        var bytes = new byte[offsets[count]];
        ReadFully(brotli, bytes);
        return new Vocabulary(bytes, offsets);
    }

    private static void ReadFully(BrotliStream brotli, Span<byte> buffer)
    {
        if (brotli.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) < buffer.Length)
            throw new InvalidDataException("The BPE rank file ends early: rebuild it with the benchmark project's pack-ranks command.");
    }
}
