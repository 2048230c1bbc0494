using PromptGateway.Experiments.Statistics;

namespace PromptGateway.Tests.Experiments;

/// <summary>Against values of textbooks and tables, and by simulation with fixed seeds.</summary>
public sealed class StatisticsTests
{
    [Theory]
    [InlineData(1, 12.7062)]
    [InlineData(2, 4.3027)]
    [InlineData(3, 3.1824)]
    [InlineData(5, 2.5706)]
    [InlineData(10, 2.2281)]
    [InlineData(30, 2.0423)]
    [InlineData(1000, 1.9623)]
    public void StudentT_Quantile_IsTheTables(double degrees, double expected) => StudentT.Quantile975(degrees).ShouldBe(expected, 0.012);

    [Fact]
    public void Mean_OfSingleRequests_HasTheUsualInterval()
    {
        var mean = new ClusteredMean();
        double[] values = [4, 7, 13, 16];
        for (var at = 0; at < values.Length; at++)
            mean.Add(at, values[at]);

        // Sample variance 30, standard error sqrt(30/4), t(3) 3.1824.
        var interval = mean.Interval();
        interval.Value.ShouldBe(10);
        interval.Low!.Value.ShouldBe(10 - 3.1824 * Math.Sqrt(7.5), 0.05);
        interval.High!.Value.ShouldBe(10 + 3.1824 * Math.Sqrt(7.5), 0.05);
    }

    [Fact]
    public void Mean_OfOneConversation_ClaimsNoInterval()
    {
        var mean = new ClusteredMean();
        for (var at = 0; at < 100; at++)
            mean.Add(7, at);

        mean.Interval().ShouldBe(new Interval(49.5, null, null));
    }

    [Fact]
    public void Rate_OfSingleRequests_IsWilsonsInterval()
    {
        var rate = new ClusteredRate();
        for (var at = 0; at < 10; at++)
            rate.Add(at, at < 3);

        // Wilson 1927 for 3 of 10; the unbiased variance over ten conversations makes ten requests worth nine.
        var interval = rate.Interval();
        interval.Value.ShouldBe(0.3);
        interval.Low!.Value.ShouldBe(0.1035, 0.02);
        interval.High!.Value.ShouldBe(0.6077, 0.02);
    }

    [Fact]
    public void Rate_WithoutAnyHit_StillHasAnUpperBound()
    {
        var rate = new ClusteredRate();
        for (var at = 0; at < 1000; at++)
            rate.Add(at / 100, hit: false);

        // Ten conversations, not a thousand requests: z^2 / (10 + z^2).
        rate.Interval().High!.Value.ShouldBe(0.2775, 0.001);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Intervals_OverConversations_CoverTheTruthAboutAsOftenAsTheySay(int seed)
    {
        var random = new Random(seed);
        var (means, rates, naive) = (0, 0, 0);
        const int runs = 400;
        for (var run = 0; run < runs; run++)
        {
            var (treatment, control) = (new ClusteredMean(), new ClusteredMean());
            var (bad, good) = (new ClusteredRate(), new ClusteredRate());
            var single = new ClusteredMean();
            var number = 0;
            for (var conversation = 0; conversation < 60; conversation++)
            {
                var level = random.NextDouble() * 10;
                var fails = random.NextDouble() < 0.3;
                for (var request = random.Next(1, 15); request > 0; request--)
                {
                    var value = level + random.NextDouble();
                    (conversation % 2 == 0 ? treatment : control).Add(conversation, value);
                    (conversation % 2 == 0 ? bad : good).Add(conversation, fails && random.Next(2) == 0);
                    single.Add(number++, value);
                }
            }
            means += Covers(ClusteredMean.Difference(treatment, control), 0) ? 1 : 0;
            rates += Covers(ClusteredRate.Difference(bad, good), 0) ? 1 : 0;
            naive += Covers(single.Interval(), 5.5) ? 1 : 0;
        }
        (means / (double)runs).ShouldBeInRange(0.91, 0.99);
        (rates / (double)runs).ShouldBeInRange(0.91, 0.995);
        (naive / (double)runs).ShouldBeLessThan(0.8, "taking requests for independent would be wrong here");
    }

    [Fact]
    public void Sample_OfMany_HasQuantilesCloseToTheTruth()
    {
        var sample = new Sample();
        for (var at = 0; at < 100_000; at++)
            sample.Add(at);

        sample.Quantile(0.5)!.Value.ShouldBe(50_000, 2_500);
        sample.Quantile(0.99)!.Value.ShouldBe(99_000, 600);
        new Sample().Quantile(0.5).ShouldBeNull();
    }

    private static bool Covers(Interval interval, double truth) => interval.Low <= truth && truth <= interval.High;
}
