namespace PromptGateway.Experiments;

/// <summary>FNV-1a over UTF-16: the same in every process, unlike <c>string.GetHashCode</c>.</summary>
internal static class StringHash
{
    public static int Of(string text)
    {
        var hash = 2166136261;
        foreach (var unit in text)
            hash = (hash ^ unit) * 16777619;
        // The low digits of similar texts are similar: mixed once more (the finalizer of MurmurHash3).
        hash ^= hash >> 16;
        hash *= 0x85ebca6b;
        hash ^= hash >> 13;
        return (int)hash;
    }
}
