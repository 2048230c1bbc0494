using System.Text;

namespace PromptGateway.Storage.Postgres;

/// <summary>
/// PostgreSQL's text knows no NUL and no half of a surrogate pair. Both can come in names that somebody else chose, and one such name
/// must not keep a ledger row out: NUL is stored as U+FDD0 (a code point that Unicode keeps free of meaning) and read back as NUL, a
/// half pair becomes U+FFFD, as in every UTF-8 encoder.
/// </summary>
internal static class PostgresText
{
    private const char StoredNul = '\uFDD0';

    public static string Write(string text)
    {
        var needsCare = false;
        foreach (var c in text)
            needsCare |= c == '\0' || char.IsSurrogate(c);
        if (!needsCare)
            return text;
        var written = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            written.Append(rune.Value == 0 ? new Rune(StoredNul) : rune);
        return written.ToString();
    }

    public static string? WriteOrNull(string? text) => text is null ? null : Write(text);

    public static string Read(string text) => text.Replace(StoredNul, '\0');
}
