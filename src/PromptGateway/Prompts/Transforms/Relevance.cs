namespace PromptGateway.Prompts.Transforms;

/// <summary>Scores the chunks of a text by BM25 over the words of a question, and keeps the best.</summary>
internal sealed class Relevance(TextChunks chunks, RelevanceTerms terms)
{
    private const double K1 = 1.2;
    private const double B = 0.75;

    /// <summary>So many chunks at the beginning and at the end stay in any case.</summary>
    private const int Edge = 2;

    private readonly int[] _counts = new int[chunks.Count * terms.Count];
    private readonly int[] _lengths = new int[chunks.Count];

    /// <summary>Keeps beginning and end, then chunks that match until so many bytes are kept.</summary>
    public void Choose(int bytes)
    {
        for (var chunk = 0; chunk < chunks.Count; chunk++)
            if (chunk < Edge || chunk >= chunks.Count - Edge)
                chunks.KeepChunk(chunk);
        Count();
        var scores = Scores();
        var order = Enumerable
            .Range(0, chunks.Count)
            .Where(chunk => scores[chunk] > 0)
            .OrderByDescending(chunk => scores[chunk])
            .ThenBy(chunk => chunk);
        foreach (var chunk in order)
            if (chunks.KeptBytes + chunks.CostOf(chunk) <= bytes)
                chunks.KeepChunk(chunk);
    }

    private void Count()
    {
        for (var chunk = 0; chunk < chunks.Count; chunk++)
        {
            var rest = chunks.Chunk(chunk);
            while (RelevanceTerms.TryNext(ref rest, out var hash))
            {
                _lengths[chunk]++;
                if (terms.TryFind(hash, out var term))
                    _counts[(chunk * terms.Count) + term]++;
            }
        }
    }

    private double[] Scores()
    {
        var scores = new double[chunks.Count];
        var average = Math.Max(1, _lengths.Average());
        for (var term = 0; term < terms.Count; term++)
        {
            var with = 0;
            for (var chunk = 0; chunk < chunks.Count; chunk++)
                with += _counts[(chunk * terms.Count) + term] > 0 ? 1 : 0;
            var rarity = Math.Log(1 + ((chunks.Count - with + 0.5) / (with + 0.5)));
            for (var chunk = 0; chunk < chunks.Count; chunk++)
            {
                var count = _counts[(chunk * terms.Count) + term];
                scores[chunk] += rarity * count * (K1 + 1) / (count + (K1 * (1 - B + (B * _lengths[chunk] / average))));
            }
        }
        return scores;
    }
}
