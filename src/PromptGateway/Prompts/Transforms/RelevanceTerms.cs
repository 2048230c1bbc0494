namespace PromptGateway.Prompts.Transforms;

/// <summary>The words of a question, as hashes: runs of letters, digits and bytes beyond ASCII, in lower case, short and common ones left out.</summary>
internal readonly struct RelevanceTerms
{
    private const int Shortest = 3;
    private const int Most = 64;

    private static readonly HashSet<ulong> Common =
    [
        .. "the and for are was were this that with what when where which who why how does did has have had not but you your our can could should would will from into about there here then than them they its let use make please look find show tell give get all any out"
            .Split(' ')
            .Select(word => LogLine.HashOf(System.Text.Encoding.ASCII.GetBytes(word))),
    ];

    private readonly Dictionary<ulong, int> _index = [];

    public RelevanceTerms(ReadOnlySpan<byte> question)
    {
        while (_index.Count < Most && TryNext(ref question, out var hash))
            if (!Common.Contains(hash))
                _index.TryAdd(hash, _index.Count);
    }

    public int Count => _index.Count;

    public bool TryFind(ulong hash, out int index) => _index.TryGetValue(hash, out index);

    /// <summary>Takes the next word of at least three bytes off a text.</summary>
    public static bool TryNext(ref ReadOnlySpan<byte> text, out ulong hash)
    {
        Span<byte> word = stackalloc byte[32];
        while (true)
        {
            var start = 0;
            while (start < text.Length && !IsWord(text[start]))
                start++;
            text = text[start..];
            var length = 0;
            while (length < text.Length && IsWord(text[length]))
            {
                if (length < word.Length)
                    word[length] = text[length] is >= (byte)'A' and <= (byte)'Z' ? (byte)(text[length] | 0x20) : text[length];
                length++;
            }
            text = text[length..];
            hash = LogLine.HashOf(word[..Math.Min(length, word.Length)]);
            if (length == 0 || length >= Shortest)
                return length > 0;
        }
    }

    private static bool IsWord(byte unit) => unit >= 0x80 || char.IsAsciiLetterOrDigit((char)unit);
}
