namespace PromptGateway.Simulator.Generation;

/// <summary>An endless, reproducible sequence of words, each one o200k token with the space before it.</summary>
internal struct WordStream(ulong seed)
{
    private static readonly string[] Words =
    [
        " river",
        " stone",
        " light",
        " green",
        " water",
        " music",
        " paper",
        " table",
        " winter",
        " garden",
        " window",
        " bridge",
        " number",
        " letter",
        " story",
        " signal",
        " simple",
        " quiet",
        " early",
        " open",
        " small",
        " clear",
        " steady",
        " round",
        " follows",
        " meets",
        " holds",
        " keeps",
        " turns",
        " carries",
        " before",
        " after",
    ];

    private ulong _state = seed;

    public string Next()
    {
        _state += 0x9E3779B97F4A7C15;
        return Words[(int)(ContentHash.Mix(_state) % (ulong)Words.Length)];
    }
}
