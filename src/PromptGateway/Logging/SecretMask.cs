using System.Buffers;
using System.Text.RegularExpressions;

namespace PromptGateway.Logging;

/// <summary>
/// Takes secrets out of text: those the gateway was configured with, wherever they stand, and whatever looks like one. A last net
/// under code that does not log secrets in the first place.
/// </summary>
internal sealed partial class SecretMask
{
    public const string Mask = "***";

    /// <summary>Shorter values are not secrets, and masking them would make holes in ordinary words.</summary>
    private const int ShortestSecret = 8;

    private readonly Lock _gate = new();
    private string[] _secrets = [];
    private SearchValues<string> _search = SearchValues.Create([], StringComparison.Ordinal);

    /// <summary>Adds a secret of the configuration: an upstream's key, a declared API or admin key, a connection string.</summary>
    public void Register(string? secret)
    {
        if (secret is null || secret.Length < ShortestSecret)
            return;
        lock (_gate)
        {
            // Longest first: a secret may hold a shorter one.
            string[] secrets =
            [
                .. _secrets.Append(secret).Append(Uri.EscapeDataString(secret)).Distinct().OrderByDescending(value => value.Length),
            ];
            _secrets = secrets;
            Volatile.Write(ref _search, SearchValues.Create(secrets, StringComparison.Ordinal));
        }
    }

    /// <summary>The text with its secrets masked; the same instance when it holds none.</summary>
    public string Apply(string text)
    {
        if (text.AsSpan().ContainsAny(Volatile.Read(ref _search)))
        {
            foreach (var secret in Volatile.Read(ref _secrets))
                text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }
        if (!text.AsSpan().ContainsAny(Signs))
            return text;
        text = Keys.Replace(text, "$1" + Mask);
        text = Tokens.Replace(text, Mask);
        text = Schemes.Replace(text, "$1 " + Mask);
        text = Headers.Replace(text, "$1" + Mask);
        return Fields.Replace(text, "$1" + Mask);
    }

    /// <summary>
    /// No pattern below matches text without one of these: most texts are done after one look. A word that is added to a pattern belongs
    /// here too.
    /// </summary>
    private static readonly SearchValues<string> Signs = SearchValues.Create(
        [
            "pg-",
            "pgadmin-",
            "sk-",
            "AIza",
            "AKIA",
            "ASIA",
            "gsk_",
            "xai-",
            "hf_",
            "ghp_",
            "gho_",
            "ghu_",
            "ghs_",
            "ghr_",
            "eyJ",
            "bearer",
            "basic",
            "authorization",
            "cookie",
            "api",
            "password",
            "secret",
            "access",
            "key",
            "token",
            "sig",
            "x-amz-",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>Keys by the prefixes of their makers: ours, OpenAI's and Anthropic's, Google's, AWS', Groq's, xAI's, Hugging Face's, GitHub's.</summary>
    [GeneratedRegex(@"(?<![A-Za-z0-9])(pg-|pgadmin-|sk-|AIza|AKIA|ASIA|gsk_|xai-|hf_|gh[pousr]_)[A-Za-z0-9_\-]{8,}")]
    private static partial Regex Keys { get; }

    /// <summary>JSON Web Tokens.</summary>
    [GeneratedRegex(@"(?<![A-Za-z0-9])eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-.]+")]
    private static partial Regex Tokens { get; }

    /// <summary>Credentials after their scheme, as in <c>Authorization</c>.</summary>
    [GeneratedRegex(@"\b(bearer(?=\s+\S{8})|basic(?=\s+\S{16}))\s+[^\s""',;]+", RegexOptions.IgnoreCase)]
    private static partial Regex Schemes { get; }

    /// <summary>Headers whose whole line is a secret.</summary>
    [GeneratedRegex(@"((?:authorization|cookie)[""']?\s*[:=]\s*[""']?)[^""'\r\n]+", RegexOptions.IgnoreCase)]
    private static partial Regex Headers { get; }

    /// <summary>Members, headers and query parameters whose value is a secret.</summary>
    [GeneratedRegex(
        @"((?:api[-_]?key|password|secret|access[-_]token|[?&](?:key|token|sig|signature|x-amz-signature|x-amz-credential))[""']?\s*[:=]\s*[""']?)[^\s""',;&]+",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Fields { get; }
}
