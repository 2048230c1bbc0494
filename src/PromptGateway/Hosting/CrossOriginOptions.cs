namespace PromptGateway.Hosting;

/// <summary>Configuration section <c>Cors</c>: which web pages may call the API from a browser. Off by default.</summary>
internal sealed class CrossOriginOptions
{
    /// <summary>Origins as browsers send them (<c>https://app.example.com</c>), or the single entry <c>*</c>. Empty: off.</summary>
    public string[] Origins { get; set; } = [];

    public IEnumerable<string> Validate()
    {
        foreach (var origin in Origins)
            if (origin == "*" ? Origins.Length > 1 : !IsOrigin(origin))
                yield return $"Cors:Origins has '{origin}', expected origins such as https://app.example.com (no path), or '*' alone";
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && text.Equals(uri.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);
}
