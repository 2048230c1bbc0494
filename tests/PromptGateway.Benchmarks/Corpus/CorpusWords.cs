using System.Globalization;

namespace PromptGateway.Benchmarks.Corpus;

/// <summary>Names, ids and sentences from a seeded source, so that the corpus is the same in every run.</summary>
internal sealed class CorpusWords(int seed)
{
    private static readonly string[] Nouns =
        "order invoice customer session worker queue cache index token payment report shipment account profile message thread cluster replica bucket schema".Split(
            ' '
        );
    private static readonly string[] Verbs =
        "create update delete fetch load parse render validate send receive retry merge split close open flush rebuild".Split(' ');
    private static readonly string[] Names =
        "Ada Grace Alan Edsger Barbara Donald Linus Margaret Dennis Ken Frances Radia Tim Vint Sophie Leslie".Split(' ');
    private static readonly string[] Filler =
        "the a when after before while only because of with without into from this that each every not".Split(' ');

    public Random Random { get; } = new(seed);

    public string Noun => Pick(Nouns);

    public string Verb => Pick(Verbs);

    public string Name => Pick(Names);

    public T Pick<T>(T[] from) => from[Random.Next(from.Length)];

    public int Below(int most) => Random.Next(most);

    public string Hex(int digits) => string.Concat(Enumerable.Range(0, digits).Select(_ => "0123456789abcdef"[Random.Next(16)]));

    public string Uuid() => $"{Hex(8)}-{Hex(4)}-4{Hex(3)}-a{Hex(3)}-{Hex(12)}";

    public string Sentence(int words) =>
        string.Join(
            ' ',
            Enumerable
                .Range(0, words)
                .Select(at =>
                    (at % 3) switch
                    {
                        0 => Pick(Filler),
                        1 => Noun,
                        _ => Verb,
                    }
                )
        ) + ".";

    public string Stamp(ref DateTime time, int mostMilliseconds)
    {
        time = time.AddMilliseconds(1 + Random.Next(mostMilliseconds));
        return time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }
}
