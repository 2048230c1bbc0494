namespace PromptGateway.Forwarding;

/// <summary>The top-level members of an answer that are looked for.</summary>
internal static class AnswerMembers
{
    public static readonly byte[][] Names = ["usage"u8.ToArray(), "model"u8.ToArray(), "error"u8.ToArray(), "id"u8.ToArray()];

    /// <summary>Where calls of tools stand: chat, responses, messages.</summary>
    public static readonly byte[][] ToolCallLists = ["choices"u8.ToArray(), "output"u8.ToArray(), "content"u8.ToArray()];

    /// <summary>For answers that are objects of the provider: responses, batches, files, ...</summary>
    public static readonly byte[][] OfObjects =
    [
        .. Names,
        "status"u8.ToArray(),
        "processing_status"u8.ToArray(),
        "output_file_id"u8.ToArray(),
        "error_file_id"u8.ToArray(),
        "file"u8.ToArray(),
    ];

    /// <summary>For requests of experiments.</summary>
    public static readonly byte[][] WithToolCalls = [.. OfObjects, .. ToolCallLists];

    /// <summary>Bytes of a list of choices that are kept to be looked at; a longer one is not judged.</summary>
    public const int LongestList = 256 * 1024;
}
