namespace PromptGateway.Benchmarks.Corpus;

/// <summary>Makes the corpus: own data, the same in every run, a few megabytes.</summary>
internal static class CorpusGenerator
{
    private const int PerKind = 16;

    private static readonly (string Kind, Func<CorpusWords, byte[]> Make)[] Kinds =
    [
        ("json-api", words => CorpusConversations.Result(CorpusJson.Api(words))),
        ("json-rows", words => CorpusConversations.Result(CorpusJson.Rows(words))),
        ("json-record", words => CorpusConversations.Result(CorpusJson.Record(words))),
        ("service-log", words => CorpusConversations.Result(CorpusLogs.Service(words))),
        ("access-log", words => CorpusConversations.Result(CorpusLogs.Access(words))),
        ("json-lines-log", words => CorpusConversations.Result(CorpusLogs.JsonLines(words))),
        ("build-log", words => CorpusConversations.Result(CorpusLogs.Build(words))),
        ("test-log", words => CorpusConversations.Result(CorpusLogs.Test(words))),
        ("code-search", words => CorpusConversations.Result(CorpusTexts.Search(words))),
        ("file-read", words => CorpusConversations.Result(CorpusTexts.Numbered(CorpusTexts.File(words)), "read_file")),
        ("stack-trace", words => CorpusConversations.Result(CorpusTexts.StackTrace(words))),
        ("html", words => CorpusConversations.Result(CorpusTexts.Html(words))),
        ("markdown", words => CorpusConversations.Result(CorpusTexts.Markdown(words))),
        ("long-chat", CorpusConversations.Chat),
        ("agent-coding", CorpusConversations.Coding),
        ("agent-operations", CorpusConversations.Operations),
        ("agent-short", CorpusConversations.Short),
    ];

    /// <summary>Some requests of one kind.</summary>
    public static IEnumerable<CorpusItem> Generate(string kind, int count) => Generate().Where(item => item.Kind == kind).Take(count);

    /// <summary>Others than those of the corpus.</summary>
    public static IEnumerable<CorpusItem> ShortConversations(int count) =>
        Enumerable.Range(1_000_000, count).Select(seed => new CorpusItem("agent-short", CorpusConversations.Short(new CorpusWords(seed))));

    public static IEnumerable<CorpusItem> Generate() =>
        Kinds.SelectMany(
            (kind, index) =>
                Enumerable.Range(0, PerKind).Select(item => new CorpusItem(kind.Kind, kind.Make(new CorpusWords((index * 1000) + item))))
        );
}
