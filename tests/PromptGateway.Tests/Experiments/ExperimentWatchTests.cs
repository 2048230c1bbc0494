using Microsoft.Extensions.Logging.Abstractions;
using PromptGateway.Experiments.Switches;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tests.Storage;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Experiments;

public sealed class ExperimentWatchTests
{
    private readonly PolicySwitches _switches = new();
    private readonly ExperimentWatch _watch;
    private DateTimeOffset _at = SampleRows.Start;
    private int _number;

    public ExperimentWatchTests() =>
        _watch = new ExperimentWatch(new SwitchOffOptions(), _switches, new TestClock(), NullLogger<ExperimentWatch>.Instance);

    [Theory]
    [InlineData("error_rate")]
    [InlineData("retry_rate")]
    [InlineData("invalid_tool_call_rate")]
    [InlineData("feedback_score")]
    public void Harm_InAnyFigure_SwitchesThePolicyOffForThatModelOnly(string metric)
    {
        for (var at = 0; at < 200; at++)
            Observe(at % 2 == 0, bad: at % 2 == 0, metric);
        Observe(false, bad: false, metric, later: TimeSpan.FromHours(1));

        var off = _watch.Switches().ShouldHaveSingleItem();
        (off.Policy, off.Model, off.IsOff, off.Metric).ShouldBe(("safe", "gpt-4o", true, metric));
        off.Reason.ShouldNotBeNull().ShouldStartWith(metric + ": ");
        _switches.IsOff("safe", "gpt-4o").ShouldBeTrue();
        _switches.IsOff("safe", "gpt-4o-mini").ShouldBeFalse();
        _switches.IsOff("agent", "gpt-4o").ShouldBeFalse();
        _watch.Unsaved().ShouldBe([off]);
    }

    [Fact]
    public void SameTroubleInBothArms_SwitchesNothingOff()
    {
        for (var at = 0; at < 400; at++)
            Observe(at % 2 == 0, bad: at % 4 < 2, "error_rate");
        Observe(false, bad: false, "error_rate", later: TimeSpan.FromHours(1));

        _watch.Switches().ShouldBeEmpty();
        _watch.Read((_, _, route) => route.Metrics[0].Test.Treatment.Mean).ShouldBe([0.5]);
    }

    [Fact]
    public void RequestsOfOneConversation_AreOneObservation()
    {
        // A thousand failures, but of two conversations only.
        for (var at = 0; at < 1000; at++)
            Observe(true, bad: true, "error_rate", conversation: "c" + at % 2);
        Observe(false, bad: false, "error_rate", later: TimeSpan.FromHours(1));

        _watch.Switches().ShouldBeEmpty();
        _watch.Read((_, _, route) => route.Metrics[0].Test.Treatment.Count).ShouldBe([2]);
    }

    [Fact]
    public void Reset_StartsAnewAndForgetsWhatWasBefore()
    {
        for (var at = 0; at < 200; at++)
            Observe(at % 2 == 0, bad: at % 2 == 0, "error_rate");
        Observe(false, bad: false, "error_rate", later: TimeSpan.FromHours(1));

        var reset = _watch.Reset("safe", "gpt-4o").ShouldNotBeNull();

        _switches.IsOff("safe", "gpt-4o").ShouldBeFalse();
        _watch.Reset("safe", "gpt-4o").ShouldBeNull("it is not off any more");
        _watch.Switches().ShouldBe([reset]);
        // The clock of this process is ahead of the rows: all of them are from before.
        Observe(true, bad: true, "error_rate");
        _watch.Read((_, _, route) => route.OpenConversations).ShouldBeEmpty();
    }

    [Fact]
    public void Harm_ThatSendsRequestsOnToAnotherTarget_IsSeenOnTheModelThatWasAskedFor()
    {
        for (var at = 0; at < 200; at++)
        {
            var treatment = at % 2 == 0;
            _at += TimeSpan.FromSeconds(1);
            _watch.Observe([
                SampleRows.Plain("r" + at) with
                {
                    StartedAt = _at,
                    RequestedModel = "fast",
                    // The first target fails on what the policy makes: the second one answers.
                    UpstreamModel = treatment ? "backup" : "first",
                    Attempts = treatment ? 2 : 1,
                    Optimization = "safe",
                    OptimizationMode = treatment ? "on" : "control",
                    OptimizationArm = treatment ? "treatment" : "control",
                    Conversation = "c" + at,
                },
            ]);
        }
        _watch.Observe([
            SampleRows.Plain("later") with
            {
                StartedAt = _at.AddHours(1),
                RequestedModel = "fast",
                UpstreamModel = "first",
                Optimization = "safe",
                OptimizationArm = "control",
            },
        ]);

        var off = _watch.Switches().ShouldHaveSingleItem();
        (off.Model, off.Metric).ShouldBe(("fast", "retry_rate"));
    }

    [Fact]
    public void Reset_OnAReplicaWhoseClockIsBehind_IsStillTheNewerWord()
    {
        var ahead = new PolicySwitch
        {
            Policy = "safe",
            Model = "gpt-4o",
            IsOff = true,
            ChangedAt = new TestClock().GetUtcNow().AddMinutes(1),
        };
        _watch.Apply([ahead]);

        _watch.Reset("safe", "gpt-4o").ShouldNotBeNull().ChangedAt.ShouldBeGreaterThan(ahead.ChangedAt);
    }

    [Fact]
    public void Store_OfAnotherReplica_IsFollowedUnlessItIsOlder()
    {
        var off = new PolicySwitch
        {
            Policy = "safe",
            Model = "gpt-4o",
            IsOff = true,
            ChangedAt = SampleRows.Start,
            Metric = "error_rate",
            Reason = "there",
        };
        _watch.Apply([off]);
        _switches.IsOff("safe", "gpt-4o").ShouldBeTrue();

        _watch.Apply([off with { IsOff = false, ChangedAt = SampleRows.Start.AddDays(1) }]);
        _switches.IsOff("safe", "gpt-4o").ShouldBeFalse();

        _watch.Apply([off]);
        _switches.IsOff("safe", "gpt-4o").ShouldBeFalse();
        _watch.Unsaved().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("SwitchOff:Alpha", "0")]
    [InlineData("SwitchOff:ErrorMargin", "1")]
    [InlineData("SwitchOff:FeedbackMargin", "-0.1")]
    public void Options_OutOfRange_AreRefused(string name, string value)
    {
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager { [name] = value };

        Should
            .Throw<Microsoft.Extensions.Options.OptionsValidationException>(() => SwitchOffOptions.Read(configuration))
            .Message.ShouldContain(name);
    }

    private void Observe(bool treatment, bool bad, string metric, string? conversation = null, TimeSpan later = default)
    {
        _at += TimeSpan.FromSeconds(1) + later;
        var record = SampleRows.Plain("r" + ++_number) with
        {
            StartedAt = _at,
            UpstreamModel = "gpt-4o",
            Optimization = "safe",
            OptimizationMode = treatment ? "on" : "control",
            OptimizationArm = treatment ? "treatment" : "control",
            Conversation = conversation ?? "conversation" + _number,
            Outcome = bad && metric == "error_rate" ? "upstream_error" : "ok",
            Attempts = bad && metric == "retry_rate" ? 2 : 1,
            ToolCalls = metric == "invalid_tool_call_rate" ? 2 : null,
            InvalidToolCalls = metric == "invalid_tool_call_rate" ? (bad ? 1 : 0) : null,
        };
        _watch.Observe([record]);
        if (metric == "feedback_score")
            _watch.ObserveFeedback(record, bad ? -1 : 1);
    }
}
