using System.Buffers;
using System.Text;
using PromptGateway.Tokens;

namespace PromptGateway.Simulator.Generation;

/// <summary>Cuts a text the way a model streams it: at token boundaries, but never inside a character.</summary>
internal static class TextPieces
{
    /// <summary>Pieces of <paramref name="tokensPerPiece"/> tokens (more where a character spans tokens); together they are the text.</summary>
    public static List<string> Split(string text, int tokensPerPiece)
    {
        var tokens = Encode(text);
        var pieces = new List<string>((tokens.Count / tokensPerPiece) + 1);
        for (var start = 0; start < tokens.Count; )
        {
            var end = Math.Min(tokens.Count, start + tokensPerPiece);
            var bytes = Decode(tokens, start, end);
            while (end < tokens.Count && WholeCharacters(bytes) < bytes.Length)
                bytes = Decode(tokens, start, ++end);
            pieces.Add(Encoding.UTF8.GetString(bytes));
            start = end;
        }

        return pieces;
    }

    /// <summary>The beginning of the text that has at most <paramref name="maxTokens"/> tokens.</summary>
    public static string Truncate(string text, int maxTokens)
    {
        var tokens = Encode(text);
        if (tokens.Count <= maxTokens)
            return text;
        var bytes = Decode(tokens, 0, Math.Max(0, maxTokens));
        return Encoding.UTF8.GetString(bytes.AsSpan(0, WholeCharacters(bytes)));
    }

    private static List<int> Encode(string text)
    {
        var tokens = new List<int>(text.Length / 3);
        Tokenizer.O200k.Encode(Encoding.UTF8.GetBytes(text), tokens);
        return tokens;
    }

    private static byte[] Decode(List<int> tokens, int start, int end) =>
        Tokenizer.O200k.Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens)[start..end]);

    /// <summary>Length without the bytes of a character that is cut off at the end.</summary>
    private static int WholeCharacters(ReadOnlySpan<byte> utf8)
    {
        for (var back = 1; back <= Math.Min(3, utf8.Length); back++)
        {
            if (utf8[^back] < 0xC0)
                continue;
            return Rune.DecodeFromUtf8(utf8[^back..], out _, out _) is OperationStatus.NeedMoreData ? utf8.Length - back : utf8.Length;
        }

        return utf8.Length;
    }
}
