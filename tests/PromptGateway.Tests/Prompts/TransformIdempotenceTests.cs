using PromptGateway.Benchmarks.Corpus;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Prompts;

/// <summary>What a transform makes of its own result is that result.</summary>
public sealed class TransformIdempotenceTests
{
    private static readonly PolicyRunner Runner = new(TimeProvider.System);

    private static readonly IPromptTransform[] Local =
    [
        new WhitespaceTransform(),
        new JsonCompactTransform(fences: false),
        new JsonCompactTransform(fences: true),
        new JsonTableTransform(),
        new LogFoldTransform(),
    ];

    private static readonly ITransform[] All =
    [
        .. Local,
        new RepeatReferenceTransform(),
        new MaskOldToolOutputTransform(),
        new ExtractRelevantTransform(600),
        new TrimHistoryTransform(600),
        new CacheHintsTransform(),
        new SystemPromptTransform("Answer in verse."),
    ];

    [Fact]
    public void LocalTransform_RandomText_ProposesNothingForItsOwnResult() =>
        FsCheckRuns.Usual(seed =>
        {
            foreach (var transform in Local)
                ProposesOnce(transform, RandomPrompts.Text(seed), $"{transform.Name}, seed {seed}");
        });

    [Fact]
    public void Whitespace_RandomTerminalOutput_ProposesNothingForItsOwnResult()
    {
        var transform = new WhitespaceTransform();
        for (var seed = 0; seed < 20_000; seed++)
            ProposesOnce(transform, RandomPrompts.TerminalText(seed), $"seed {seed}");
    }

    /// <summary>Bars whose last state hides an escape that no terminal code starts with.</summary>
    [Theory]
    [InlineData("abc\u001b\rabc\u001b[0m done   \nthe rest of it\n")]
    [InlineData("abcd \u001b[9\rabcd \u001b[1mx\u001b[0m\nthe rest of it\n")]
    public void Whitespace_BarWithOddEscape_ProposesNothingForItsOwnResult(string text) =>
        ProposesOnce(new WhitespaceTransform(), text, "");

    [Fact]
    public void Transform_RandomConversation_ChangesNothingTheSecondTime() =>
        FsCheckRuns.Usual(seed =>
        {
            var format = (RequestFormat)(Math.Abs(seed) % 3);
            var body = RandomPrompts.Body(seed, format);
            foreach (var transform in All)
                RunsOnce(transform, body, format, $"{transform.Name}, seed {seed}");
        });

    [Fact]
    public void Transform_Corpus_ChangesNothingTheSecondTime()
    {
        foreach (var kind in CorpusGenerator.Generate().GroupBy(item => item.Kind))
        foreach (var item in kind.Take(2))
        foreach (var transform in All)
            RunsOnce(transform, item.Body, item.Format, $"{transform.Name}, {item.Kind}");
    }

    private static void RunsOnce(ITransform transform, byte[] body, RequestFormat format, string message)
    {
        var once = Run(transform, body, format);
        Run(transform, once, format).AsSpan().SequenceEqual(once).ShouldBeTrue(message);
    }

    private static byte[] Run(ITransform transform, byte[] body, RequestFormat format)
    {
        var policy = new OptimizationPolicy("tested", [transform]) { TimeBudget = TimeSpan.FromMinutes(1) };
        using var result = Runner.Run(body, format, policy, new PromptTarget { CachedPrice = 1, NewPrice = 1 });
        return result.Body.ToArray();
    }

    /// <summary>Without the rounds by which a policy would hide that a transform finds more in its own result.</summary>
    private static void ProposesOnce(IPromptTransform transform, string text, string message)
    {
        if (Propose(transform, text) is not { } once || Encodings.IsEncoded(System.Text.Encoding.UTF8.GetBytes(once)))
            return;
        Propose(transform, once).ShouldBeNull(message);
    }

    private static string? Propose(IPromptTransform transform, string text)
    {
        var body = RandomPrompts.WithResult(text);
        using var map = PromptMap.Rent();
        map.TryRead(body, RequestFormat.ChatCompletions).ShouldBeTrue();
        var draft = new PromptDraft(body, map, RequestFormat.ChatCompletions, PromptTarget.Unknown);
        using var texts = draft.Texts;
        using var earlier = new ShownResults();
        using var read = new TextBuffer();
        using var output = new TextBuffer();
        var segment = map.Segments[0];
        SegmentText.Decode(body, segment, read);
        if (Encodings.IsEncoded(read.Text))
            return null;
        var input = new TransformInput
        {
            Text = read.Text,
            Segment = segment,
            Draft = draft,
            Earlier = earlier,
        };
        return transform.Propose(input, output) is null ? System.Text.Encoding.UTF8.GetString(output.Text) : null;
    }
}
