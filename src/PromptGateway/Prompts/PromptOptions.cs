namespace PromptGateway.Prompts;

/// <summary>Bounds on request bodies.</summary>
internal sealed class PromptOptions
{
    /// <summary>Largest JSON body, after decompression, in bytes. Default 64 MiB: above what any provider takes today.</summary>
    public int MaxBodyBytes { get; set; } = 64 << 20;

    /// <summary>Largest body that streams through (files, audio), in bytes. Default 1 GiB.</summary>
    public long MaxUploadBytes { get; set; } = 1L << 30;

    /// <summary>How far into a form the <c>model</c> field is looked for, in bytes; so much is held in memory. Default 32 MiB.</summary>
    public int MaxFormPrefixBytes { get; set; } = 32 << 20;

    public IEnumerable<string> Validate()
    {
        if (MaxBodyBytes is < 1024 or > 1 << 30)
            yield return $"Prompts:MaxBodyBytes is {MaxBodyBytes}, expected 1024 to {1 << 30}";
        if (MaxUploadBytes < 1024)
            yield return $"Prompts:MaxUploadBytes is {MaxUploadBytes}, expected at least 1024";
        if (MaxFormPrefixBytes is < 1024 or > 1 << 30)
            yield return $"Prompts:MaxFormPrefixBytes is {MaxFormPrefixBytes}, expected 1024 to {1 << 30}";
    }
}
