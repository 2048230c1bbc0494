using System.Text;

namespace PromptGateway.Prompts.Transforms;

/// <summary>The shortest prefix, in tokens, that Anthropic's models cache. A hint on a shorter one is ignored without a word.</summary>
internal static class CacheMinimum
{
    private const int Unknown = 4096;

    private static readonly (byte[] Name, int Tokens)[] Models =
    [
        .. new (string Name, int Tokens)[]
        {
            ("opus-5", 512),
            ("fable-5", 512),
            ("mythos-5", 512),
            ("opus-4-8", 1024),
            ("opus-4-7", 2048),
            ("opus-4-6", 4096),
            ("opus-4-5", 4096),
            ("haiku-4-5", 4096),
            ("opus-4", 1024),
            ("sonnet", 1024),
        }.Select(model => (Encoding.ASCII.GetBytes(model.Name), model.Tokens)),
    ];

    /// <param name="model">The model's name; versions with dots or hyphens.</param>
    public static int Of(ReadOnlySpan<byte> model)
    {
        Span<byte> name = stackalloc byte[128];
        model = model[..Math.Min(model.Length, name.Length)];
        model.Replace(name[..model.Length], (byte)'.', (byte)'-');
        foreach (var (known, tokens) in Models)
            if (name[..model.Length].IndexOf(known) >= 0)
                return tokens;
        return Unknown;
    }
}
