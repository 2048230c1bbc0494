using PromptGateway.Tokens;

namespace PromptGateway.Benchmarks.Corpus;

/// <summary>One request of the corpus.</summary>
internal sealed record CorpusItem(string Kind, byte[] Body)
{
    public RequestFormat Format { get; } = RequestFormat.ChatCompletions;
}
