using System.Buffers;

namespace PromptGateway.Prompts.Transforms;

/// <summary>Whether a line speaks of an error.</summary>
internal static class ErrorWords
{
    private static readonly SearchValues<string> Words = SearchValues.Create(
        ["error", "exception", "fatal", "failed", "failure", "panic", "traceback", "critical", "caused by", "assert", "refused", "denied"],
        StringComparison.OrdinalIgnoreCase
    );

    public static bool Stand(ReadOnlySpan<byte> line)
    {
        Span<char> text = stackalloc char[512];
        while (!line.IsEmpty)
        {
            var length = Math.Min(line.Length, text.Length);
            System.Text.Encoding.Latin1.GetChars(line[..length], text);
            if (text[..length].IndexOfAny(Words) >= 0)
                return true;
            // A word may lie across the edge.
            line = length < line.Length ? line[(length - 16)..] : default;
        }
        return false;
    }
}
