namespace PromptGateway.Objects;

/// <summary>What a path says about a provider's objects.</summary>
/// <param name="Kind">The collection.</param>
/// <param name="Id">Null: the collection itself.</param>
/// <param name="Rest">What follows the id: <c>content</c>, <c>cancel</c>, empty.</param>
internal readonly record struct ObjectPath(string Kind, string? Id, string Rest)
{
    private const int LongestId = 256;

    /// <summary>Longer ones first where one begins with another.</summary>
    private static readonly (string Path, string Kind)[] Collections =
    [
        ("messages/batches", "batches"),
        ("fine_tuning/jobs", "fine_tuning"),
        ("chat/completions", "completions"),
        ("responses", "responses"),
        ("batches", "batches"),
        ("files", "files"),
        ("uploads", "uploads"),
        ("vector_stores", "vector_stores"),
        ("conversations", "conversations"),
        ("containers", "containers"),
        ("assistants", "assistants"),
        ("threads", "threads"),
        ("evals", "evals"),
        ("videos", "videos"),
    ];

    /// <summary>Calls on the collection itself, not ids.</summary>
    private static readonly string[] Actions = ["input_tokens", "compact", "runs"];

    /// <param name="path">Starts with <c>/v1</c>. Spelled in any way that lenient servers read: no spelling hides an id.</param>
    /// <param name="found">Empty when the path is about something else.</param>
    public static bool TryParse(string path, out ObjectPath found)
    {
        found = default;
        var parts = path.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)
            .Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length < 2)
            return false;
        foreach (var (name, kind) in Collections)
        {
            var words = name.Split('/');
            if (parts.Length <= words.Length || !Matches(parts.AsSpan(1, words.Length), words))
                continue;
            var id = parts.Length > words.Length + 1 ? parts[words.Length + 1] : null;
            if (id?.Length > LongestId || (id is not null && Actions.Contains(id, StringComparer.OrdinalIgnoreCase)))
                return false;
            found = new ObjectPath(kind, id, string.Join('/', parts.Skip(words.Length + 2)).ToLowerInvariant());
            return true;
        }
        return false;
    }

    private static bool Matches(ReadOnlySpan<string> parts, string[] words)
    {
        for (var i = 0; i < words.Length; i++)
            if (!parts[i].Equals(words[i], StringComparison.OrdinalIgnoreCase))
                return false;
        return true;
    }
}
