namespace PromptGateway.Prompts.Map;

/// <summary>A stretch of the body, in bytes from its start; the end is exclusive.</summary>
internal readonly record struct ByteRange(int Start, int End)
{
    /// <summary>A value that is there but is no string, so equals no name.</summary>
    public static readonly ByteRange NoName = new(-1, -1);

    /// <summary>Nothing was seen.</summary>
    public bool IsAbsent => End == 0;

    public bool Says(ReadOnlySpan<byte> body, ReadOnlySpan<byte> text) => Start >= 0 && body[Start..End].SequenceEqual(text);
}
