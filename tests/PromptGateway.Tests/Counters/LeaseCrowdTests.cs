using PromptGateway.Counters;

namespace PromptGateway.Tests.Counters;

/// <summary>
/// Far more requests at once than there is room for, on several replicas: they get all of it, as with one gateway. Nobody is refused who
/// needs no more than what is left.
/// </summary>
public sealed class LeaseCrowdTests
{
    private const int MostSteps = 200_000;

    [Fact]
    public void Crowd_OfEqualRequests_IsAdmittedToTheLastThatFits() =>
        FsCheckRuns.Thorough(seed =>
        {
            var random = new Random(seed);
            var kind = (CounterKind)random.Next(3);
            var cost = kind == CounterKind.Slots ? 1 : random.Next(1, 100);
            var cap = random.Next(0, 30 * cost);

            var replicas = Run(random, kind, cap, () => cost);

            replicas.Sum(replica => replica.Admitted.Count).ShouldBe(cap / cost);
        });

    [Fact]
    public void Crowd_OfUnequalRequests_IsRefusedOnlyWhatDoesNotFit() =>
        FsCheckRuns.Thorough(seed =>
        {
            var random = new Random(seed);
            var cap = random.Next(0, 1000);

            var replicas = Run(random, (CounterKind)(2 * random.Next(2)), cap, () => random.Next(0, 100));

            var left = cap - replicas.Sum(replica => replica.Admitted.Sum());
            left.ShouldBeGreaterThanOrEqualTo(0);
            foreach (var refused in replicas.SelectMany(replica => replica.Refused))
                Math.Max(refused, 1).ShouldBeGreaterThan(left);
        });

    private static CrowdReplica[] Run(Random random, CounterKind kind, int cap, Func<int> cost)
    {
        var clock = new ModelClock(TimeSpan.Zero, 1);
        var bank = new MemoryBank(clock, TimeSpan.FromDays(1), TimeSpan.FromDays(1));
        CrowdReplica[] replicas =
        [
            .. Enumerable
                .Range(0, random.Next(1, 5))
                .Select(i => new CrowdReplica(
                    bank,
                    $"replica {i}",
                    kind,
                    clock,
                    cap,
                    [.. Enumerable.Range(0, random.Next(30, 60)).Select(_ => (long)cost())]
                )),
        ];
        for (var step = 0; !Array.TrueForAll(replicas, replica => replica.IsDecided); step++)
        {
            step.ShouldBeLessThan(MostSteps, "the requests wait for ever");
            replicas[random.Next(replicas.Length)].Step(random);
            clock.Advance(TimeSpan.FromTicks(1));
        }
        return replicas;
    }
}
