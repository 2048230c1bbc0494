using System.IO.Enumeration;

namespace PromptGateway.Keys;

/// <summary>The models that a key may use: exact names and globs with <c>*</c> and <c>?</c>, compared without regard to case.</summary>
internal sealed class ModelFilter(IReadOnlyList<string> patterns)
{
    /// <summary>Null when the list is empty, which means that everything is allowed.</summary>
    public static ModelFilter? From(IReadOnlyList<string> patterns) => patterns.Count == 0 ? null : new ModelFilter(patterns);

    public bool Allows(ReadOnlySpan<char> model)
    {
        foreach (var pattern in patterns)
            if (FileSystemName.MatchesSimpleExpression(pattern, model, ignoreCase: true))
                return true;
        return false;
    }
}
