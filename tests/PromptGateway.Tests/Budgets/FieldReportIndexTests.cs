using PromptGateway.Tests.Counters;
using PromptGateway.Tests.Forwarding;
using PromptGateway.Tests.RateLimits;
using PromptGateway.Tests.Replicas;

namespace PromptGateway.Tests.Budgets;

/// <summary>
/// What users of other gateways have reported about budgets and limits, and the tests that it cannot happen here. Rules without a test of
/// their own stand in the documents: there is no cache of answers (limits guide), and no Redis (decision 0014).
/// </summary>
public sealed class FieldReportIndexTests
{
    public static TheoryData<string, Type, string> Reports =>
        new()
        {
            { "a burst passes the cap (litellm#26672)", typeof(BudgetStageTests), "Strict_TwoHundredCallsAtOnceForTheMoneyOfTen_" },
            { "five large requests admitted at once (litellm#40002)", typeof(FieldReportTests), "Burst_OfFiveLargeRequests" },
            { "worst-case reservations lock agents out (litellm#38647)", typeof(FieldReportTests), "Agent_WhoseRequestsAllFail_" },
            { "no reservation without a price (litellm#35524)", typeof(BudgetStageTests), "UnknownPrice_UnderAMoneyBudget_" },
            { "fail_closed does not reject (litellm#33923)", typeof(DatabaseOutageTests), "FailClosed_WithoutTheDatabase_" },
            { "fail_closed does not reject (litellm#33923)", typeof(FieldReportTests), "Ledger_ThatCannotBeRead_" },
            { "stale spend after a raise (litellm#27735)", typeof(BudgetStageTests), "Budget_RaisedByPatch_" },
            { "stale spend after a reset (litellm#27735)", typeof(BudgetBookTests), "Period_ThatChanges_ResetsOnce" },
            { "race of session budgets (litellm#34732)", typeof(SessionBudgetTests), "Strict_TwoHundredCallsAtOnceInOneSession_" },
            { "race of session budgets (litellm#34732)", typeof(SharedLimitTests), "StrictBudgetOfASession_" },
            {
                "model budget per pod (litellm#33325, bifrost#3547)",
                typeof(SharedLimitTests),
                "StrictBudget_TwoHundredAtOnceOnThreeReplicas_"
            },
            { "nested caps (litellm#23714)", typeof(FieldReportTests), "Caps_OfKeyTeamAndGateway_" },
            { "budget not saved or enforced (bifrost#5673)", typeof(BudgetRuleTests), "Rule_AfterARestart_IsEnforced" },
            { "budget not saved or enforced (bifrost#5673)", typeof(BudgetStageTests), "Spend_AfterARestart_" },
            { "routes that bypass budgets (bifrost#2873)", typeof(FieldReportTests), "Route_OfEveryClass_" },
            { "streams run past the cap (Envoy's documents)", typeof(StreamStopTests), "Chat_AtItsCap_EndsWithLength" },
            { "a later policy replaces an earlier one (agentgateway)", typeof(FieldReportTests), "Rules_ThatWouldReplaceEachOther_" },
            { "refused for concurrency, request used (litellm#39309)", typeof(EarlyLimitTests), "Slots_OfRequestsRefusedForConcurrency_" },
            { "slots leak on cancel (litellm#27955)", typeof(RateLimiterTests), "TenThousandRandomEndings_" },
            { "slots leak on cancel (litellm#27955)", typeof(RateLimitStageTests), "Slots_OfEveryKindOfEnding_" },
            { "slots leak on timeout (litellm#20256)", typeof(FieldReportTests), "Slot_OfARequestWhoseProviderIsSilent_" },
            { "concurrent calls pass the token limit (litellm#18730)", typeof(RateLimiterTests), "Tokens_BurstAtOnce_" },
            { "parallel limit per worker (litellm#16011)", typeof(SharedLimitTests), "Concurrency_OfThreeReplicas_" },
            { "streams uncounted (litellm#41610)", typeof(RateLimitStageTests), "Tokens_OfStreams_" },
            { "whose limit it was (litellm#4314)", typeof(RateLimitStageTests), "Requests_BeyondTheLimit_AreRefusedWithWhoWhatAndWhen" },
            { "whose 429 it was (tensorzero#3678)", typeof(UpstreamErrorTests), "ErrorStatus_PassesWithItsBody" },
            { "concurrency per key (bifrost#4790)", typeof(SharedLimitTests), "Concurrency_OfThreeReplicas_" },
            { "limits per provider under a key (bifrost#2578)", typeof(LimitRuleTests), "Limit_OfAKeyForOneUpstream_" },
            { "max_tokens demanded (tensorzero#3648)", typeof(LimitFieldReportTests), "Request_WithoutAMaximumOfTokens_" },
            { "usage absent (envoy ai-gateway#1169)", typeof(LimitFieldReportTests), "Answer_WithoutUsage_" },
            { "silent exemptions (LiteLLM's documents)", typeof(LimitFieldReportTests), "Callers_OfEveryOrigin_" },
            { "drift between instances (LiteLLM v1.68)", typeof(SharedLimitTests), "RequestsPerDay_TwoHundredAtOnceOnThreeReplicas_" },
            { "drift between instances (LiteLLM v1.68)", typeof(LeasedCounterModelTests), "Windows_OfRandomSchedules_" },
        };

    [Theory]
    [MemberData(nameof(Reports))]
    public void Report_OfUsersElsewhere_HasItsTest(string report, Type tests, string name) => TestIndex.ShouldHaveOne(report, tests, name);
}
