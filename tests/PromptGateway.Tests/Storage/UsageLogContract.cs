using System.Globalization;
using PromptGateway.Budgets;
using PromptGateway.Chat;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Storage;

/// <summary>What every ledger must do; one class a database derives from it.</summary>
public abstract class UsageLogContract
{
    /// <summary>A ledger on the same data each time it is called, as another process would open it.</summary>
    private protected abstract IUsageLog Open();

    /// <summary>Budgets on the data of <see cref="Open"/>.</summary>
    private protected abstract IBudgetStore Budgets();

    [Fact]
    public async Task Append_RowWithEveryField_ReadsBackEqualInAnotherLedger()
    {
        var row = SampleRows.Full("req-1");
        await Open().AppendAsync([row], default);

        (await Open().FindAsync("req-1", default)).ShouldBe(row);
    }

    [Fact]
    public async Task Append_RowWithoutOptionalFields_KeepsUnknownCostUnknown()
    {
        await Open().AppendAsync([SampleRows.Plain("req-1")], default);

        var found = await Open().FindAsync("req-1", default);
        found.ShouldBe(SampleRows.Plain("req-1"));
        found!.CostNanoUsd.ShouldBeNull();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(170)]
    [InlineData(171)]
    [InlineData(100_000)]
    public async Task Append_TextOfAnyLength_ReadsBackEqual(int length)
    {
        var row = SampleRows.Plain("req-1") with { RequestedModel = string.Concat(Enumerable.Repeat("ü", length)) };
        await Open().AppendAsync([row], default);

        (await Open().FindAsync("req-1", default)).ShouldBe(row);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Append_EachUsageSource_ReadsBackEqual(int source)
    {
        var row = SampleRows.Plain("req-1") with { UsageSource = (UsageSource)source };
        await Open().AppendAsync([row], default);

        (await Open().FindAsync("req-1", default)).ShouldBe(row);
    }

    [Fact]
    public async Task Append_RowsThatDifferInEveryColumn_KeepTheirOwnValues()
    {
        UsageRecord[] rows = [SampleRows.Full("a"), SampleRows.Plain("b"), SampleRows.Full("c"), SampleRows.Plain("d")];
        var ledger = Open();

        await ledger.AppendAsync(rows, default);

        foreach (var row in rows)
            (await ledger.FindAsync(row.RequestId, default)).ShouldBe(row);
    }

    [Fact]
    public async Task Append_NoRows_DoesNothing()
    {
        await Open().AppendAsync([], default);

        (await Open().ReportAsync(new UsageQuery(), default)).Total.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task Append_SameBatchTwice_CountsOnce()
    {
        var ledger = Open();
        UsageRecord[] batch = [SampleRows.Priced("req-1", "gpt-4o", 5), SampleRows.Priced("req-2", "gpt-4o", 7)];
        await ledger.AppendAsync(batch, default);
        await ledger.AppendAsync([.. batch, SampleRows.Priced("req-3", "gpt-4o", 11)], default);

        var total = (await ledger.ReportAsync(new UsageQuery(), default)).Total;
        total.Requests.ShouldBe(3);
        total.CostNanoUsd.ShouldBe(23);
    }

    [Fact]
    public async Task Append_BatchThatFailsInTheMiddle_LeavesNothingAndTheNextBatchWorks()
    {
        var ledger = Open();
        // A row that breaks the NOT NULL rule of its column.
        await Should.ThrowAsync<UsageRowsRefusedException>(() =>
            ledger.AppendAsync([SampleRows.Plain("1"), SampleRows.Plain("2") with { KeyId = null! }], default)
        );
        (await ledger.FindAsync("1", default)).ShouldBeNull();

        await ledger.AppendAsync([SampleRows.Plain("1")], default);
        (await ledger.FindAsync("1", default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Append_FromSeveralLedgersAtOnce_LosesNoRow()
    {
        var ledgers = Enumerable.Range(0, 4).Select(_ => Open()).ToArray();
        await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(batch =>
                    ledgers[batch % 4]
                        .AppendAsync([.. Enumerable.Range(0, 25).Select(i => SampleRows.Priced($"req-{batch}-{i}", "m", 1))], default)
                )
        );

        (await Open().ReportAsync(new UsageQuery(), default)).Total.CostNanoUsd.ShouldBe(1000);
    }

    [Fact]
    public async Task Find_UnknownOrHostileId_IsNull()
    {
        var ledger = Open();
        await ledger.AppendAsync([SampleRows.Plain("req-1")], default);

        (await ledger.FindAsync("req-2", default)).ShouldBeNull();
        (await ledger.FindAsync("' OR '1'='1", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Report_EmptyLedger_IsAllZero()
    {
        var report = await Open().ReportAsync(new UsageQuery { GroupBy = UsageGrouping.Model }, default);

        report.Rows.ShouldBeEmpty();
        report.CostByModel.ShouldBeEmpty();
        report.Total.ShouldBe(new UsageReportRow { Group = "total" });
    }

    [Fact]
    public async Task Report_ByModel_SumsEachGroupAndTheTotal()
    {
        var ledger = Open();
        await ledger.AppendAsync(
            [
                SampleRows.Priced("1", "gpt-4o", 300),
                SampleRows.Priced("2", "gpt-4o", 100) with
                {
                    UsageSource = UsageSource.Estimated,
                },
                SampleRows.Priced("3", "o3", 50) with
                {
                    Outcome = "upstream_cut",
                },
                SampleRows.Priced("4", "local", 0) with
                {
                    CostNanoUsd = null,
                },
                SampleRows.Plain("5") with
                {
                    Outcome = "refused",
                    Status = 401,
                },
            ],
            default
        );

        var report = await ledger.ReportAsync(new UsageQuery { GroupBy = UsageGrouping.Model }, default);

        report
            .Rows.Select(row => (row.Group, row.Requests, row.CostNanoUsd))
            .ShouldBe([("gpt-4o", 2, 400), ("o3", 1, 50), (UsageReportRow.NoGroup, 1, 0), ("local", 1, 0)], ignoreOrder: true);
        report.Rows[0].Group.ShouldBe("gpt-4o");
        report.Rows[0].EstimatedRequests.ShouldBe(1);
        report.Rows[0].AverageCostNanoUsd.ShouldBe(200);
        report.Total.Requests.ShouldBe(5);
        report.Total.Errors.ShouldBe(2);
        report.Total.InputTokens.ShouldBe(40);
        report.Total.OutputTokens.ShouldBe(20);
        report.Total.UnpricedRequests.ShouldBe(1);
        report.Total.AverageCostNanoUsd.ShouldBe(112, "450 over the 4 requests whose cost is known, to even");
        report.CostByModel.ShouldBe(
            new Dictionary<string, long?>
            {
                ["gpt-4o"] = 400,
                ["o3"] = 50,
                ["local"] = null,
            },
            ignoreOrder: true
        );
    }

    [Fact]
    public async Task Report_AllTokenKinds_AreSummed()
    {
        var ledger = Open();
        var usage = SampleRows.Full("1").Usage with { OutputTokens = 500 };
        await ledger.AppendAsync([SampleRows.Full("1") with { Usage = usage }, SampleRows.Full("2") with { Usage = usage }], default);

        var total = (await ledger.ReportAsync(new UsageQuery(), default)).Total;

        (total.InputTokens, total.CachedInputTokens, total.CacheWriteTokens, total.OutputTokens, total.ReasoningTokens).ShouldBe(
            (2000, 1200, 100, 1000, 80)
        );
    }

    [Fact]
    public async Task Report_ByDayAndMonth_CutsAtUtcMidnightAndIsInOrder()
    {
        var ledger = Open();
        DateTimeOffset[] times =
        [
            new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero),
            new(2026, 11, 30, 23, 59, 59, 999, TimeSpan.Zero),
            new(2026, 12, 1, 0, 30, 0, TimeSpan.FromHours(1)),
        ];
        await ledger.AppendAsync([.. times.Select((time, i) => SampleRows.Plain($"{i}") with { StartedAt = time })], default);

        var days = await ledger.ReportAsync(new UsageQuery { GroupBy = UsageGrouping.Day }, default);
        var months = await ledger.ReportAsync(new UsageQuery { GroupBy = UsageGrouping.Month }, default);

        days.Rows.Select(row => (row.Group, row.Requests)).ShouldBe([("2026-11-30", 2), ("2026-12-01", 1)]);
        months.Rows.Select(row => (row.Group, row.Requests)).ShouldBe([("2026-11", 2), ("2026-12", 1)]);
    }

    [Fact]
    public async Task Report_ByKey_ShowsTheNewestNameOfTheKey()
    {
        var ledger = Open();
        await ledger.AppendAsync([SampleRows.Plain("1") with { KeyName = "zz old" }], default);
        await ledger.AppendAsync([SampleRows.Plain("2") with { KeyName = "new" }], default);

        var row = (await ledger.ReportAsync(new UsageQuery { GroupBy = UsageGrouping.Key }, default)).Rows.ShouldHaveSingleItem();
        (row.Group, row.Name, row.Requests).ShouldBe(("key_a", "new", 2));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(99)]
    [InlineData(101)]
    public async Task Report_Percentiles_AreNearestRank(int count)
    {
        var ledger = Open();
        var random = new Random(count);
        var durations = Enumerable.Range(0, count).Select(_ => (long)random.Next(1_000_000)).ToArray();
        await ledger.AppendAsync(
            [
                .. durations.Select(
                    (duration, i) =>
                        SampleRows.Plain($"{i}") with
                        {
                            DurationMicros = duration,
                            FirstTokenMicros = i % 2 == 0 ? duration / 2 : null,
                        }
                ),
            ],
            default
        );

        var total = (await ledger.ReportAsync(new UsageQuery(), default)).Total;

        double Rank(IEnumerable<long> values, double p)
        {
            var sorted = values.Order().ToArray();
            return sorted[(int)Math.Ceiling(p * sorted.Length / 100) - 1] / 1000d;
        }
        (total.LatencyP50Ms, total.LatencyP95Ms, total.LatencyP99Ms).ShouldBe(
            (Rank(durations, 50), Rank(durations, 95), Rank(durations, 99))
        );
        var firstTokens = durations.Where((_, i) => i % 2 == 0).Select(duration => duration / 2).ToArray();
        (total.FirstTokenP50Ms, total.FirstTokenP95Ms, total.FirstTokenP99Ms).ShouldBe(
            (Rank(firstTokens, 50), Rank(firstTokens, 95), Rank(firstTokens, 99))
        );
    }

    [Fact]
    public async Task Report_EachFilter_SelectsItsRowsOnly()
    {
        var ledger = Open();
        var match = SampleRows.Full("match") with { Usage = default };
        await ledger.AppendAsync(
            [
                match,
                match with
                {
                    RequestId = "key",
                    KeyId = "key_b",
                },
                match with
                {
                    RequestId = "team",
                    Team = null,
                },
                match with
                {
                    RequestId = "model",
                    UpstreamModel = null,
                },
                match with
                {
                    RequestId = "upstream",
                    Upstream = null,
                },
                match with
                {
                    RequestId = "early",
                    StartedAt = match.StartedAt.AddMicroseconds(-1),
                },
                match with
                {
                    RequestId = "late",
                    StartedAt = match.StartedAt.AddMicroseconds(1),
                },
            ],
            default
        );
        async Task<long> Count(UsageQuery query) => (await ledger.ReportAsync(query, default)).Total.Requests;

        var all = new UsageQuery
        {
            Key = match.KeyId,
            Team = match.Team,
            Model = match.UpstreamModel,
            Upstream = match.Upstream,
            From = match.StartedAt,
            To = match.StartedAt.AddMicroseconds(1),
        };
        (await Count(all)).ShouldBe(1);
        (await Count(new UsageQuery { Key = "key_b" })).ShouldBe(1);
        (await Count(new UsageQuery { Team = UsageReportRow.NoGroup })).ShouldBe(1);
        (await Count(new UsageQuery { Model = UsageReportRow.NoGroup })).ShouldBe(1);
        (await Count(new UsageQuery { Upstream = UsageReportRow.NoGroup })).ShouldBe(1);
        (await Count(new UsageQuery { From = match.StartedAt })).ShouldBe(6);
        (await Count(new UsageQuery { To = match.StartedAt })).ShouldBe(1);
        (await Count(new UsageQuery { Team = "' OR 1=1 --" })).ShouldBe(0);
    }

    [Fact]
    public async Task Report_AnyGrouping_RowsAddUpToTheTotal()
    {
        var ledger = Open();
        var random = new Random(1);
        await ledger.AppendAsync(
            [
                .. Enumerable
                    .Range(0, 500)
                    .Select(i =>
                        SampleRows.Priced(i.ToString(CultureInfo.InvariantCulture), $"m{random.Next(5)}", random.Next(1000)) with
                        {
                            StartedAt = SampleRows.Start.AddHours(random.Next(2000)),
                            KeyId = $"key_{random.Next(7)}",
                            Team = random.Next(3) == 0 ? null : $"t{random.Next(3)}",
                            Upstream = $"u{random.Next(2)}",
                        }
                    ),
            ],
            default
        );

        foreach (var grouping in Enum.GetValues<UsageGrouping>().Except([UsageGrouping.None]))
        {
            var report = await ledger.ReportAsync(new UsageQuery { GroupBy = grouping }, default);
            report.Rows.Sum(row => row.Requests).ShouldBe(500);
            report.Rows.Sum(row => row.CostNanoUsd).ShouldBe(report.Total.CostNanoUsd);
            report.CostByModel.Values.Sum().ShouldBe(report.Total.CostNanoUsd);
            report.Rows.Count.ShouldBeGreaterThan(1);
        }
    }

    [Fact]
    public async Task Report_Cancelled_Throws()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => Open().ReportAsync(new UsageQuery(), cancelled.Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task DeleteBefore_AnyBatchSize_DeletesExactlyTheOlderRows(int batchSize)
    {
        var ledger = Open();
        await ledger.AppendAsync(
            [.. Enumerable.Range(0, 30).Select(i => SampleRows.Plain($"{i}") with { StartedAt = SampleRows.Start.AddDays(i) })],
            default
        );

        (await ledger.DeleteBeforeAsync(SampleRows.Start.AddDays(21), batchSize, default)).ShouldBe(21);

        (await ledger.ReportAsync(new UsageQuery(), default)).Total.Requests.ShouldBe(9);
        (await ledger.FindAsync("20", default)).ShouldBeNull();
        (await ledger.FindAsync("21", default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Spend_OfKeyTeamAndGateway_IsTheSumOfTheirRowsByModel()
    {
        await Open()
            .AppendAsync(
                [
                    SampleRows.Priced("1", "m1", 3) with
                    {
                        Team = "a",
                    },
                    SampleRows.Priced("2", "m1", 5) with
                    {
                        Team = "b",
                    },
                    SampleRows.Priced("3", "m2", 7) with
                    {
                        KeyId = "key_b",
                        Team = "a",
                        RequestedModel = "fast",
                    },
                    SampleRows.Priced("4", "m2", 0) with
                    {
                        CostNanoUsd = null,
                    },
                ],
                default
            );

        (await SpendAsync(BudgetScope.Key, "key_a", null)).ShouldBe([new(null, "m1", 8, 30), new(null, "m2", 0, 15)], ignoreOrder: true);
        (await SpendAsync(BudgetScope.Team, "a", null)).ShouldBe([new(null, "m1", 3, 15), new("fast", "m2", 7, 15)], ignoreOrder: true);
        (await SpendAsync(BudgetScope.Gateway, "", null)).Sum(spend => spend.NanoUsd).ShouldBe(15);
        (await SpendAsync(BudgetScope.Key, "' OR 1=1 --", null)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Spend_FromATime_LeavesOutWhatBeganBefore()
    {
        await Open()
            .AppendAsync(
                [SampleRows.Priced("1", "m", 3) with { StartedAt = SampleRows.Start.AddMicroseconds(-1) }, SampleRows.Priced("2", "m", 5)],
                default
            );

        (await SpendAsync(BudgetScope.Gateway, "", SampleRows.Start)).ShouldBe([new ModelSpend(null, "m", 5, 15)]);
    }

    /// <summary>A budget without a period counts everything since the key was made, also what retention has deleted.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Spend_AfterRetention_StillHoldsWhatWasDeleted(int batchSize)
    {
        var ledger = Open();
        await ledger.AppendAsync(
            [
                .. Enumerable
                    .Range(0, 60)
                    .Select(i =>
                        SampleRows.Priced($"{i}", $"m{i % 2}", i) with
                        {
                            StartedAt = SampleRows.Start.AddDays(i),
                            Team = i % 3 == 0 ? "a" : null,
                        }
                    ),
            ],
            default
        );
        var before = await SpendAsync(BudgetScope.Key, "key_a", null);
        var team = await SpendAsync(BudgetScope.Team, "a", null);

        (await ledger.DeleteBeforeAsync(SampleRows.Start.AddDays(20), batchSize, default)).ShouldBe(20);
        (await ledger.DeleteBeforeAsync(SampleRows.Start.AddDays(50), batchSize, default)).ShouldBe(30);

        (await SpendAsync(BudgetScope.Key, "key_a", null)).ShouldBe(before, ignoreOrder: true);
        (await SpendAsync(BudgetScope.Team, "a", null)).ShouldBe(team, ignoreOrder: true);
        (await SpendAsync(BudgetScope.Gateway, "", SampleRows.Start)).Sum(spend => spend.NanoUsd).ShouldBe(545, "the rows that are left");
    }

    [Fact]
    public async Task Spend_OfASession_IsThatOfItsRowsWithoutThoseThatAreLeftOut()
    {
        await Open()
            .AppendAsync(
                [
                    SampleRows.Priced("r1", "m", 5) with
                    {
                        Session = "aa",
                    },
                    SampleRows.Priced("r2", "m", 7) with
                    {
                        Session = "aa",
                    },
                    SampleRows.Priced("r3", "m", 100) with
                    {
                        Session = "bb",
                    },
                    SampleRows.Priced("r4", "m", 1000),
                ],
                default
            );

        (await SpendAsync(BudgetScope.Session, "aa", null)).Sum(spend => spend.NanoUsd).ShouldBe(12);
        (await Budgets().ReadAsync(BudgetScope.Session, "aa", null, ["r2", "none"], default)).Sum(spend => spend.NanoUsd).ShouldBe(5);
        (await Budgets().ReadAsync(BudgetScope.Gateway, "", SampleRows.Start.AddDays(-1), ["r4"], default))
            .Sum(spend => spend.NanoUsd)
            .ShouldBe(112);
    }

    private async Task<IReadOnlyList<ModelSpend>> SpendAsync(BudgetScope scope, string subject, DateTimeOffset? from) =>
        await Budgets().ReadAsync(scope, subject, from, [], default);
}
