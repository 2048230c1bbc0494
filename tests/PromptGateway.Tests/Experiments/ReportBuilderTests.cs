using PromptGateway.Chat;
using PromptGateway.Experiments.Report;
using PromptGateway.Routing;
using PromptGateway.Tests.Storage;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Experiments;

public sealed class ReportBuilderTests
{
    private static readonly ModelPrice Price = new()
    {
        Input = 2_000_000,
        CachedInput = 500_000,
        Output = 8_000_000,
    };

    [Fact]
    public void Groups_OfAPolicy_KeepMeasuredAndEstimatedApart()
    {
        var builder = new ReportBuilder(ReportGrouping.Policy, _ => Price);
        builder.Add(On("1", input: 600, saved: 400, savedNano: 800_000), null);
        builder.Add(On("2", input: 1000, saved: -100, savedNano: -200_000), null);
        builder.Add(On("3", input: 5000, saved: 5000, savedNano: 9) with { UsageSource = UsageSource.Estimated }, null);

        var group = builder.Result().Groups.ShouldHaveSingleItem();

        (group.Group, group.Requests, group.Applied).ShouldBe(("safe", 3, 3));
        group.Measured.Requests.ShouldBe(2, "the third one's usage is the gateway's own guess");
        group.Measured.InputTokensAfter.ShouldBe(1600);
        group.Estimated.InputTokensBefore.ShouldBe(1900);
        group.Estimated.TokensSaved.ShouldBe(300);
        group.Estimated.SavedPercent!.P10.ShouldBe(-11.111);
        group.Estimated.SavedPercent!.P90.ShouldBe(40);
        group.Estimated.SavedUsd.ShouldBe(0.0006m);
        group.Estimated.LostCacheDiscountUsd.ShouldBeNull("nobody knows without a control arm");
        group.Measured.AddedLatencyMs!.P50.ShouldBe(0.5);
    }

    [Fact]
    public void NetSavings_AreLessTheOptimizersCostAndLostDiscounts()
    {
        var builder = new ReportBuilder(ReportGrouping.Model, _ => Price);
        // The control arm reads half of its prompts from the cache, the treatment nothing.
        builder.Add(On("1", input: 1000, saved: 100, savedNano: 200_000) with { OptimizerCostNanoUsd = 50_000 }, null);
        builder.Add(
            On("2", input: 1000, saved: 0, savedNano: 0) with
            {
                OptimizationMode = "control",
                OptimizationArm = "control",
                OptimizationOutcome = null,
                Usage = new TokenUsage { InputTokens = 1000, CachedInputTokens = 500 },
            },
            null
        );

        var group = builder.Result().Groups.ShouldHaveSingleItem();

        group.Group.ShouldBe("gpt-4o");
        (group.Requests, group.ControlRequests).ShouldBe((1, 1));
        // Half of 1,100 tokens at 2.0 instead of 0.5 dollars a million.
        group.Estimated.LostCacheDiscountUsd.ShouldBe(0.000825m);
        group.Estimated.NetSavedUsd.ShouldBe(0.0002m - 0.00005m - 0.000825m);
    }

    [Theory]
    [InlineData(900, 0, 0, 0)]
    [InlineData(900, 400, 0, 0)]
    [InlineData(0, 400, 0, 100)]
    [InlineData(900, 400, 50, 100)]
    public void NetSavings_AreWhatThePromptsOfTheArmsReallyDifferInCost(long controlCached, long cached, long controlWritten, long written)
    {
        var price = Price with { CacheWrite = 2_500_000 };
        var builder = new ReportBuilder(ReportGrouping.Policy, _ => price);
        var sent = new TokenUsage
        {
            InputTokens = 500,
            CachedInputTokens = cached,
            CacheWriteTokens = written,
        };
        var control = new TokenUsage
        {
            InputTokens = 1000,
            CachedInputTokens = controlCached,
            CacheWriteTokens = controlWritten,
        };
        // Half of the prompt saved, at what the other half did cost.
        builder.Add(On("1", 500, saved: 500, price.CostNanoUsd(sent)!.Value) with { Usage = sent }, null);
        builder.Add(On("2", 1000, 0, 0) with { OptimizationMode = "control", OptimizationArm = "control", Usage = control }, null);

        var difference = price.CostNanoUsd(control)!.Value - price.CostNanoUsd(sent)!.Value;
        builder.Result().Total.Estimated.NetSavedUsd.ShouldBe(difference / 1_000_000_000m);
    }

    [Fact]
    public void Policy_AskedFor_IsReportedWithoutWhatAnotherOneDidForTheSameRequests()
    {
        var row = On("1", 600, 400, 800) with
        {
            ShadowPolicy = "lossless",
            ShadowOutcome = "applied",
            ShadowTokensBefore = 1000,
            ShadowSavedTokens = 500,
        };

        var tried = new ReportBuilder(ReportGrouping.Policy, _ => Price, "lossless");
        tried.Add(row, null);
        var used = new ReportBuilder(ReportGrouping.Policy, _ => Price, "safe");
        used.Add(row, null);

        tried.Result().Groups.ShouldBeEmpty();
        tried.Result().Total.Requests.ShouldBe(0);
        tried.Result().Shadow.ShouldHaveSingleItem().TokensSaved.ShouldBe(500);
        used.Result().Groups.ShouldHaveSingleItem().Estimated.TokensSaved.ShouldBe(400);
        used.Result().Shadow.ShouldBeEmpty();
    }

    [Fact]
    public void Feedback_OnAPolicyThatIsSimplyOn_IsInItsGroup()
    {
        var builder = new ReportBuilder(ReportGrouping.Policy, _ => Price);
        builder.Add(On("1", 10, 1, 1), 1);
        builder.Add(On("2", 10, 1, 1), -0.5);
        builder.Add(On("3", 10, 1, 1), null);

        var feedback = builder.Result().Groups.ShouldHaveSingleItem().Measured.Feedback.ShouldNotBeNull();

        (feedback.Observations, feedback.Mean).ShouldBe((2, 0.25));
    }

    [Fact]
    public void PartsAndShadow_OfRequestsThatFailedOrWereNotMeasured_CountNoTokens()
    {
        const string detail = """{"transforms":[{"name":"json-compact","tokens_saved":7,"us":2.5}]}""";
        var builder = new ReportBuilder(ReportGrouping.Transform, _ => Price);
        builder.Add(
            On("1", 0, 0, 0) with
            {
                UsageSource = UsageSource.None,
                Outcome = "upstream_error",
                OptimizationDetail = detail,
                ShadowPolicy = "lossless",
                ShadowOutcome = "applied",
                ShadowSavedTokens = 250,
            },
            null
        );

        var report = builder.Result();

        report.Parts.ShouldBeEmpty();
        var shadow = report.Shadow.ShouldHaveSingleItem();
        (shadow.Requests, shadow.TokensSaved, shadow.SavedPercent).ShouldBe((1, 0, null));
    }

    [Fact]
    public void Arms_OfAnExperiment_AreComparedFigureByFigure()
    {
        var builder = new ReportBuilder(ReportGrouping.Policy, _ => Price);
        for (var at = 0; at < 200; at++)
        {
            var control = at % 2 == 1;
            var row = On("r" + at, control ? 1000 + at : 700 + at, 0, 0) with
            {
                OptimizationMode = control ? "control" : "on",
                OptimizationArm = control ? "control" : "treatment",
                Conversation = "c" + at / 4 + (control ? "c" : "t"),
                Outcome = at % 50 == 0 ? "upstream_error" : "ok",
                Attempts = at % 20 == 1 ? 2 : 1,
                ToolCalls = 1,
                InvalidToolCalls = 0,
                CostNanoUsd = 1000,
            };
            builder.Add(row, at % 10 == 0 ? 1 : null);
        }

        var arms = builder.Result().Arms.ShouldHaveSingleItem();

        arms.Policy.ShouldBe("safe");
        (arms.TreatmentRequests, arms.ControlRequests).ShouldBe((100, 100));
        var input = arms.Figures.Single(figure => figure.Figure == "input_tokens");
        input.Difference!.Value.Value.ShouldBe(-301);
        input.Difference!.Value.High!.Value.ShouldBeLessThan(-250);
        var errors = arms.Figures.Single(figure => figure.Figure == "error_rate");
        (errors.Treatment!.Mean, errors.Control!.Mean).ShouldBe((0.04, 0));
        errors.Difference!.Value.Low!.Value.ShouldBeLessThan(0);
        arms.Figures.Single(figure => figure.Figure == "retry_rate").Control!.Mean.ShouldBe(0.1);
        arms.Figures.Single(figure => figure.Figure == "feedback_score").Control.ShouldBeNull();
        arms.Figures.Select(figure => figure.Figure)
            .ShouldBe([
                "input_tokens",
                "output_tokens",
                "total_cost_usd",
                "error_rate",
                "retry_rate",
                "invalid_tool_call_rate",
                "latency_ms",
                "feedback_score",
            ]);
    }

    [Fact]
    public void Transforms_AndKinds_ComeFromTheDetailAndBadDetailIsPassedOver()
    {
        const string detail =
            """{"transforms":[{"name":"json-compact","tokens_saved":7,"us":2.5}],"kinds":[{"name":"json","before":20,"after":13}]}""";
        foreach (var grouping in (ReportGrouping[])[ReportGrouping.Transform, ReportGrouping.ContentKind])
        {
            var builder = new ReportBuilder(grouping, _ => null);
            foreach (var text in (string?[])[detail, detail, null, "", "{", "[]", """{"transforms":7,"kinds":[1,{"name":2}]}"""])
                builder.Add(On("1", 10, 7, 1) with { OptimizationDetail = text }, null);

            var part = builder.Result().Parts.ShouldHaveSingleItem();

            part.ShouldBe(
                grouping == ReportGrouping.Transform
                    ? new PartGroup("json-compact", 2, null, null, 14, 5)
                    : new PartGroup("json", 2, 40, 26, 14, null)
            );
        }
    }

    [Fact]
    public void Shadow_IsReportedByItselfAndCountsNowhereElse()
    {
        var builder = new ReportBuilder(ReportGrouping.Policy, _ => Price);
        var row = SampleRows.Plain("1") with
        {
            ShadowPolicy = "lossless",
            ShadowOutcome = "applied",
            ShadowTokensBefore = 1000,
            ShadowSavedTokens = 250,
            ShadowSavedNanoUsd = 500,
            ShadowMicros = 1500,
        };
        builder.Add(row, null);
        builder.Add(row with { ShadowOutcome = "dropped" }, null);

        var report = builder.Result();

        report.Groups.ShouldBeEmpty();
        var shadow = report.Shadow.ShouldHaveSingleItem();
        (shadow.Policy, shadow.Requests, shadow.Dropped, shadow.TokensSaved).ShouldBe(("lossless", 1, 1, 250));
        shadow.SavedPercent!.P50.ShouldBe(25);
    }

    private static UsageRecord On(string id, long input, long saved, long savedNano) =>
        SampleRows.Plain(id) with
        {
            UpstreamModel = "gpt-4o",
            Usage = new TokenUsage { InputTokens = input, OutputTokens = 10 },
            UsageSource = UsageSource.Provider,
            Attempts = 1,
            Optimization = "safe",
            OptimizationMode = "on",
            OptimizationOutcome = "applied",
            SavedInputTokens = saved,
            SavedNanoUsd = savedNano,
            OptimizationMicros = 500,
            DurationMicros = 100_000,
        };
}
