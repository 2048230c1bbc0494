using PromptGateway.Experiments.Feedback;
using PromptGateway.Experiments.Report;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Storage;

/// <summary>What every database must do for the report on optimization.</summary>
public abstract class OptimizationLogContract
{
    private protected abstract IOptimizationLog Open();

    private protected abstract IUsageLog OpenLedger();

    private protected abstract IFeedbackStore OpenFeedback();

    [Fact]
    public async Task Read_HandsOverOptimizedRowsWholeWithTheirScores()
    {
        await OpenLedger()
            .AppendAsync(
                [
                    SampleRows.Full("a"),
                    SampleRows.Plain("not optimized"),
                    SampleRows.Plain("b") with
                    {
                        ShadowPolicy = "agent",
                        ShadowOutcome = "applied",
                    },
                ],
                default
            );
        await OpenFeedback()
            .PutAsync(
                new AnswerFeedback
                {
                    RequestId = "a",
                    KeyId = "key_a",
                    GivenAt = SampleRows.Start,
                    Score = 0.5,
                },
                default
            );

        var rows = await ReadAsync(new ReportQuery());

        rows.Count.ShouldBe(2);
        rows["a"].ShouldBe((SampleRows.Full("a"), 0.5));
        rows["b"].Score.ShouldBeNull();
    }

    [Fact]
    public async Task Read_FiltersByEverythingThatCanBeAskedFor()
    {
        var row = SampleRows.Full("a") with { StartedAt = SampleRows.Start };
        await OpenLedger().AppendAsync([row], default);
        var asked = new ReportQuery
        {
            From = SampleRows.Start,
            To = SampleRows.Start.AddSeconds(1),
            Policy = "lossless",
            Key = row.KeyId,
            Team = row.Team,
            Model = row.UpstreamModel,
        };

        (await ReadAsync(asked)).Count.ShouldBe(1);
        (await ReadAsync(asked with { Policy = "agent" })).Count.ShouldBe(1, "a policy in shadow counts");
        foreach (
            var other in (ReportQuery[])
                [
                    asked with
                    {
                        From = SampleRows.Start.AddMicroseconds(1),
                    },
                    asked with
                    {
                        To = SampleRows.Start,
                    },
                    asked with
                    {
                        Policy = "x",
                    },
                    asked with
                    {
                        Key = "x",
                    },
                    asked with
                    {
                        Team = "x",
                    },
                    asked with
                    {
                        Model = "x",
                    },
                ]
        )
            (await ReadAsync(other)).ShouldBeEmpty();
    }

    private async Task<Dictionary<string, (UsageRecord Record, double? Score)>> ReadAsync(ReportQuery query)
    {
        var rows = new Dictionary<string, (UsageRecord, double?)>();
        await Open().ReadAsync(query, (record, score) => rows.Add(record.RequestId, (record, score)), default);
        return rows;
    }
}
