using PromptGateway.Experiments.Feedback;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Storage;

/// <summary>What every store of feedback must do; one class a database derives from it.</summary>
public abstract class FeedbackStoreContract
{
    private static readonly AnswerFeedback Thumb = new()
    {
        RequestId = "req_1",
        KeyId = "key_a",
        GivenAt = SampleRows.Start.AddMicroseconds(3),
        Score = -0.25,
        Comment = "not \0 what 'I' asked \u65e5\u672c",
    };

    /// <summary>A store on the same data each time it is called, as another process would open it.</summary>
    private protected abstract IFeedbackStore Open();

    /// <summary>The ledger of the same database.</summary>
    private protected abstract IUsageLog OpenLedger();

    [Fact]
    public async Task Put_ReadsBackEqualInAnotherStore()
    {
        await Open().PutAsync(Thumb, default);

        (await Open().FindAsync("req_1", default)).ShouldBe(Thumb);
        (await Open().FindAsync("req_2", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Put_Again_TakesThePlaceOfTheFirst()
    {
        var store = Open();
        await store.PutAsync(Thumb, default);
        var second = Thumb with { Score = 1, Comment = null, GivenAt = Thumb.GivenAt.AddSeconds(1) };

        await store.PutAsync(second, default);

        (await store.FindAsync("req_1", default)).ShouldBe(second);
    }

    [Fact]
    public async Task DeleteBefore_TakesOnlyWhatIsOlder()
    {
        var store = Open();
        await store.PutAsync(Thumb, default);
        await store.PutAsync(Thumb with { RequestId = "req_2", GivenAt = Thumb.GivenAt.AddMicroseconds(1) }, default);

        (await store.DeleteBeforeAsync(Thumb.GivenAt.AddMicroseconds(1), default)).ShouldBe(1);

        (await store.FindAsync("req_1", default)).ShouldBeNull();
        (await store.FindAsync("req_2", default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task FindRequest_ByTheAnswersId_FindsTheNewestOfThatKeyOnly()
    {
        await OpenLedger()
            .AppendAsync(
                [
                    SampleRows.Plain("old") with
                    {
                        ResponseId = "chatcmpl-1",
                        StartedAt = SampleRows.Start.AddDays(-9),
                    },
                    SampleRows.Plain("new") with
                    {
                        ResponseId = "chatcmpl-1",
                    },
                    SampleRows.Plain("theirs") with
                    {
                        ResponseId = "chatcmpl-2",
                        KeyId = "key_b",
                    },
                ],
                default
            );
        var store = Open();

        (await store.FindRequestAsync("key_a", "chatcmpl-1", SampleRows.Start.AddDays(-10), default)).ShouldBe("new");
        (await store.FindRequestAsync("key_a", "chatcmpl-1", SampleRows.Start.AddDays(1), default)).ShouldBeNull();
        (await store.FindRequestAsync("key_a", "chatcmpl-2", SampleRows.Start.AddDays(-10), default)).ShouldBeNull();
    }
}
