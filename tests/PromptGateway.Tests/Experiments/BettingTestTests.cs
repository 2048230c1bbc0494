using PromptGateway.Experiments.Statistics;

namespace PromptGateway.Tests.Experiments;

/// <summary>Simulated with fixed seeds: how often the test fires when it must not, and whether it fires when it must.</summary>
public sealed class BettingTestTests
{
    private const double Alpha = 0.05;
    private static readonly double Limit = Math.Log(1 / Alpha);

    /// <summary>Share of errors of a conversation: most have none, some have many.</summary>
    private static double Conversation(Random random, double rate)
    {
        var level = random.NextDouble() < 2 * rate ? random.NextDouble() : 0;
        var (requests, errors) = (random.Next(1, 20), 0);
        for (var request = 0; request < requests; request++)
            errors += random.NextDouble() < level ? 1 : 0;
        return (double)errors / requests;
    }

    [Theory]
    [InlineData(0.01, 0.01, 0.5)]
    [InlineData(0.2, 0.01, 0.5)]
    [InlineData(0.05, 0, 0.5)]
    [InlineData(0.05, 0.01, 0.1)]
    [InlineData(0.05, 0.01, 0.9)]
    public void EqualArms_LookedAtAfterEachConversation_FireLessOftenThanAlpha(double rate, double margin, double controlShare) =>
        Share(400, run => Fires(run, rate, rate, margin, controlShare, 600) is not null).ShouldBeLessThanOrEqualTo(Alpha);

    [Theory]
    [InlineData(0.10, 0.05)]
    [InlineData(0.03, 0.02)]
    public void TreatmentAtTheMargin_WhichIsStillAccepted_FiresLessOftenThanAlpha(double treatment, double control) =>
        // The hardest case that the hypothesis allows.
        Share(400, run => Fires(run, treatment, control, treatment - control, 0.5, 600) is not null).ShouldBeLessThanOrEqualTo(Alpha);

    [Fact]
    public void BetterTreatment_NeverFires() => Share(200, run => Fires(run, 0.02, 0.2, 0.01, 0.5, 400) is not null).ShouldBe(0);

    [Theory]
    [InlineData(0.5, 0.01, 150)]
    [InlineData(0.2, 0.02, 700)]
    [InlineData(0.1, 0.02, 2500)]
    public void WorseTreatment_FiresSoon(double treatment, double control, int conversations) =>
        Share(100, run => Fires(run, treatment, control, 0.01, 0.5, conversations) is not null).ShouldBeGreaterThan(0.9);

    [Fact]
    public void Evidence_OnceThere_Stays()
    {
        var test = new BettingTest(0.01);
        for (var at = 0; at < 20; at++)
        {
            test.Add(isControl: false, 1);
            test.Add(isControl: true, 0);
        }
        var evidence = test.LogEvidence;
        for (var at = 0; at < 20; at++)
        {
            test.Add(isControl: false, 0);
            test.Add(isControl: true, 1);
        }

        evidence.ShouldBeGreaterThan(Limit);
        test.LogEvidence.ShouldBe(evidence);
        test.Difference.ShouldBe(0, 1e-9);
        (test.Treatment.Count, test.Control.Mean).ShouldBe((40, 0.5));
    }

    [Fact]
    public void AnyObservations_NeverRuinTheTest() =>
        FsCheckRuns.Usual(seed =>
        {
            var random = new Random(seed);
            var test = new BettingTest(random.NextDouble() / 2);
            for (var at = 0; at < 300; at++)
                test.Add(random.Next(2) == 0, random.Next(3) - 0.5);
            double.IsFinite(test.LogEvidence).ShouldBeTrue();
            test.LogEvidence.ShouldBeGreaterThanOrEqualTo(0);
        });

    private static double Share(int runs, Func<int, bool> fires) => Enumerable.Range(1, runs).Count(fires) / (double)runs;

    /// <returns>After how many conversations it fired.</returns>
    private static int? Fires(int seed, double treatment, double control, double margin, double controlShare, int conversations)
    {
        var random = new Random(seed);
        var test = new BettingTest(margin);
        for (var at = 1; at <= conversations; at++)
        {
            var isControl = random.NextDouble() < controlShare;
            test.Add(isControl, Conversation(random, isControl ? control : treatment));
            if (test.LogEvidence >= Limit)
                return at;
        }
        return null;
    }
}
