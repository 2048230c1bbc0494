namespace PromptGateway.Tokens;

/// <summary>The byte-pair encodings that the gateway carries.</summary>
internal enum TokenEncoding
{
    /// <summary>gpt-4o and everything since (gpt-oss's o200k_harmony splits text the same way).</summary>
    O200kBase,

    /// <summary>gpt-4, gpt-3.5 and the text-embedding-3 models.</summary>
    Cl100kBase,
}
