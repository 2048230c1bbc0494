using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace PromptGateway.Tokens;

/// <summary>
/// An exact byte-pair tokenizer over UTF-8. Thread safe and stateless; counting allocates nothing.
/// Names of special tokens in the text are plain text. Bytes that are not UTF-8 are split as symbols and kept.
/// </summary>
internal sealed class Tokenizer
{
    private static readonly Lazy<Tokenizer> LazyO200k = new(() => Load(TokenEncoding.O200kBase));
    private static readonly Lazy<Tokenizer> LazyCl100k = new(() => Load(TokenEncoding.Cl100kBase));

    private readonly TokenEncoding encoding;

    private Tokenizer(TokenEncoding encoding, Vocabulary vocabulary)
    {
        this.encoding = encoding;
        Vocabulary = vocabulary;
    }

    /// <summary>o200k_base, loaded at first use.</summary>
    public static Tokenizer O200k => LazyO200k.Value;

    /// <summary>cl100k_base, loaded at first use.</summary>
    public static Tokenizer Cl100k => LazyCl100k.Value;

    public Vocabulary Vocabulary { get; }

    public static Tokenizer For(TokenEncoding encoding) => encoding == TokenEncoding.Cl100kBase ? Cl100k : O200k;

    /// <summary>Reads an encoding's embedded rank file anew; use <see cref="For"/>, which does so once.</summary>
    public static Tokenizer Load(TokenEncoding encoding)
    {
        var name = encoding == TokenEncoding.Cl100kBase ? "cl100k_base" : "o200k_base";
        var resource = $"PromptGateway.Tokens.Data.{name}.bpe.br";
        using var stream =
            typeof(Tokenizer).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly lacks the resource {resource}: build it with Tokens/Data in place.");
        return new Tokenizer(encoding, RankFile.Read(stream));
    }

    /// <summary>How many tokens the text is.</summary>
    public int Count(ReadOnlySpan<byte> utf8)
    {
        var tokens = 0;
        for (int start = 0, end; start < utf8.Length; start = end)
        {
            end = PieceEnd(utf8, start);
            var piece = utf8[start..end];
            tokens += IsOneToken(piece, out _) ? 1 : CountMerged(piece);
        }
        return tokens;
    }

    /// <summary>How many tokens the text is, given as UTF-16.</summary>
    public int Count(ReadOnlySpan<char> text)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            return Count(buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, buffer)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Appends the text's tokens to <paramref name="output"/>.</summary>
    public void Encode(ReadOnlySpan<byte> utf8, List<int> output)
    {
        for (int start = 0, end; start < utf8.Length; start = end)
        {
            end = PieceEnd(utf8, start);
            var piece = utf8[start..end];
            if (IsOneToken(piece, out var rank))
                output.Add(rank);
            else
                EncodeMerged(piece, output);
        }
    }

    /// <summary>The bytes that the tokens stand for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is no token of this encoding (special tokens are none).</exception>
    public byte[] Decode(ReadOnlySpan<int> tokens)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(1, tokens.Length * 4));
        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)Vocabulary.Count)
                throw new ArgumentOutOfRangeException(nameof(tokens), token, $"{encoding} has the tokens 0 to {Vocabulary.Count - 1}.");
            bytes.Write(Vocabulary.Bytes(token));
        }
        return bytes.WrittenSpan.ToArray();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PieceEnd(ReadOnlySpan<byte> utf8, int start) =>
        encoding == TokenEncoding.Cl100kBase ? Cl100kSplit.End(utf8, start) : O200kSplit.End(utf8, start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsOneToken(ReadOnlySpan<byte> piece, out int rank) => (rank = Vocabulary.Rank(piece)) != Vocabulary.NoToken;

    [SkipLocalsInit]
    private int CountMerged(ReadOnlySpan<byte> piece)
    {
        if (piece.Length <= ShortPieceMerge.MaxBytes)
            return ShortPieceMerge.Merge(Vocabulary, piece, stackalloc int[ShortPieceMerge.MaxBytes]);
        var ends = ArrayPool<int>.Shared.Rent(piece.Length);
        try
        {
            return LongPieceMerge.Merge(Vocabulary, piece, ends);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(ends);
        }
    }

    private void EncodeMerged(ReadOnlySpan<byte> piece, List<int> output)
    {
        var ends = ArrayPool<int>.Shared.Rent(piece.Length);
        try
        {
            var count =
                piece.Length <= ShortPieceMerge.MaxBytes
                    ? ShortPieceMerge.Merge(Vocabulary, piece, ends)
                    : LongPieceMerge.Merge(Vocabulary, piece, ends);
            var start = 0;
            foreach (var end in ends.AsSpan(0, count))
            {
                output.Add(Vocabulary.Rank(piece[start..end]));
                start = end;
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(ends);
        }
    }
}
