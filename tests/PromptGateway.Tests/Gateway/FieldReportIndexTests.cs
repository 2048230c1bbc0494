using PromptGateway.Tests.Admin;
using PromptGateway.Tests.Configuration;
using PromptGateway.Tests.Deploy;
using PromptGateway.Tests.Endpoints;
using PromptGateway.Tests.Forwarding;
using PromptGateway.Tests.Hosting;
using PromptGateway.Tests.Keys;
using PromptGateway.Tests.Metrics;
using PromptGateway.Tests.Objects;
using PromptGateway.Tests.Prompts;
using PromptGateway.Tests.Routing;
using PromptGateway.Tests.Security;
using PromptGateway.Tests.Simulator;
using PromptGateway.Tests.Sse;
using PromptGateway.Tests.Storage;
using PromptGateway.Tests.Storage.Postgres;
using PromptGateway.Tests.Usage;

namespace PromptGateway.Tests.Gateway;

/// <summary>
/// What users of other gateways have reported about streams, bills, prices, operation, translation and security, and the tests that it cannot
/// happen here. (Budgets and limits have <see cref="Budgets.FieldReportIndexTests"/>.) What has no test is not there: formats are not
/// translated, answers are not cached, nothing is retried once a provider may have begun.
/// </summary>
public sealed class FieldReportIndexTests
{
    public static TheoryData<string, Type, string> Reports =>
        new()
        {
            { "1 output lost when the client leaves a whole answer", typeof(UnreportedUsageTests), "JsonAnswer_WhoseClientLeavesHalfway_" },
            { "2, 3, 6 no row, no cost, upstream goes on", typeof(ClientLeavesTests), "MidStream_StopsTheUpstreamAndBillsAnEstimate" },
            { "4 the same for messages", typeof(ClientLeavesTests), "MidStream_OfMessages_" },
            { "5 drain", typeof(ClientLeavesTests), "MidStream_WithDrain_" },
            { "7 zero usage recounted", typeof(StreamUsageTests), "ExplicitZeroUsage_" },
            { "8, 9 the usage chunk", typeof(StreamUsageTests), "UsageChunk_AskedFor_" },
            { "10 usage on another chunk", typeof(StreamUsageTests), "UsageOnEveryChunk_" },
            { "11 stream_options refused", typeof(StreamUsageTests), "StreamOptions_RejectedByTheUpstream_" },
            { "11 stream_options blamed wrongly", typeof(StreamUsageTests), "StreamOptions_NamedInAnErrorThatHasAnotherReason_" },
            { "12 an injected chunk reaches the client", typeof(StreamUsageTests), "StreamOptions_NotAskingForUsage_" },
            { "13 stripping swallows tool calls", typeof(StreamUsageTests), "UsageMergedWithToolCalls_" },
            { "14 start and delta added", typeof(MessagesStreamTests), "StartAndDelta_" },
            { "15 zero overwrites", typeof(MessagesStreamTests), "ZeroStart_" },
            { "15 zero overwrites", typeof(MessagesStreamTests), "ZeroAtTheEnd_" },
            { "16, 17 a cut stream looks complete", typeof(StreamFailureTests), "CleanCloseWithoutFinish_" },
            { "16 a cut stream looks complete", typeof(MessagesStreamTests), "Cut_EndsInAnErrorEventOfThatApi" },
            { "18 an error in the stream swallowed", typeof(StreamFailureTests), "ErrorInsideTheStream_PassesAndIsRecorded" },
            { "19 200 on a lost connection", typeof(StreamFailureTests), "NothingAtAll_" },
            { "20 the first delta lacks its role", typeof(SimulatorStreamTests), "Stream_OfARequest_IsTheGoldenFile" },
            { "21 the duration of a stream", typeof(LedgerSumTests), "Duration_OfAStream_" },
            { "52 Gemini's cached tokens twice", typeof(ModelPriceTests), "Cost_GeminiCachedTokens_" },
            { "53 cache creation twice", typeof(ModelPriceTests), "Cost_AnthropicCacheWritesAndReads_" },
            { "54 streamed cache reads at full price", typeof(ModelPriceTests), "Cost_AnthropicStream_" },
            { "55 prices mapped wrongly", typeof(PriceListTests), "Load_TheFileInTheProject_" },
            { "55 prices mapped wrongly", typeof(ModelPriceTests), "Cost_OpenAICachedPrompt_" },
            { "56 own prices ignore the cache", typeof(PriceFileTests), "OwnPrice_WithoutPricesOfTheCache_" },
            { "56 sums of nothing", typeof(UsageLogContract), "Report_AnyGrouping_RowsAddUpToTheTotal" },
            { "57 a reload that reaches some", typeof(ConfigurationReloadTests), "ConfigMap_SwappedByItsLink_" },
            { "57 a reload that reaches some", typeof(RoutingReloadTests), "Catalogs_OfReplicas_" },
            { "58 a broken price list", typeof(PriceFileTests), "File_Wrong_" },
            { "58 a broken price list", typeof(RoutingReloadTests), "File_Broken_" },
            { "58 an unknown price is zero", typeof(ModelPriceTests), "Find_UnknownModel_" },
            { "58 an unknown price is zero", typeof(UncountedAnswerTests), "Speech_ThatIsSoundAndNothingElse_" },
            { "59 a new model, an old list of who may use it", typeof(RoutingReloadTests), "NewModel_OfAPriceFile_" },
            { "60, 108 cache markers and unknown blocks", typeof(ClientHabitTests), "Request_OfAnAgent_" },
            { "62 clean-up without bounds", typeof(UsageLogContract), "DeleteBefore_AnyBatchSize_" },
            { "63 logs that grow", typeof(PostgresUsageLogTests), "Append_RowsOfSeveralMonths_" },
            { "65 the database down", typeof(KeyRingTests), "Find_StoreDown_" },
            { "66 the database slow", typeof(PostgresReplicasTests), "Requests_DatabaseSilent_" },
            { "67 rows lost on a restart", typeof(KilledGatewayTests), "Kill9_UnderLoad_" },
            { "68 clients closed while in use", typeof(RoutingReloadTests), "HttpClient_ChangedAgainAndAgainUnderLoad_" },
            { "69 originals lost", typeof(RestoreTests), "Restore_OfTheWholePreview_" },
            { "72 no reload", typeof(RoutingReloadTests), "File_Changed_" },
            { "73 junk names", typeof(InventedModelsTests), "Metrics_AfterTenThousandInventedNames_" },
            { "73 junk names", typeof(CardinalityTests), "Record_HundredThousandInventedModelsThatFail_" },
            { "74 metrics and ledger differ", typeof(LedgerSumTests), "Sums_AfterManyKindsOfRequestsAtOnce_" },
            { "75 metrics for everybody", typeof(SurfaceTests), "Management_OnTheApiAddress_" },
            { "76 thousands of keys", typeof(SqliteKeyStoreTests), "Ring_TenThousandKeys_" },
            { "87 errors of count_tokens", typeof(ClientHabitTests), "CountTokens_ThatGoesWrong_" },
            { "88 null added", typeof(BodyBytesTests), "ExplicitNull_" },
            { "89 bytes changed", typeof(BodyBytesTests), "NothingToEdit_" },
            { "89 split UTF-8", typeof(StreamFramingTests), "CutAtEveryByte_" },
            { "89 split UTF-8", typeof(SseFramerTests), "TryNext_RandomStreamAndSplits_" },
            { "89 thinking missed", typeof(StreamFailureTests), "Cut_AfterMuchThatIsNoPlainText_" },
            { "89 internal headers upstream", typeof(HeaderTests), "CanaryInEveryPrivateHeader_" },
            { "90 large bodies", typeof(BodyBytesTests), "LargePrompts_PassWhole" },
            { "90 large events", typeof(StreamFramingTests), "OneLineOfFiveMegabytes_" },
            { "91 timeouts of some routes", typeof(TimeoutTests), "NoAnswerInTime_OnEveryKindOfRoute_" },
            { "93 cached tokens of Responses", typeof(ResponsesStreamTests), "TerminalEvent_" },
            { "100, 101 continued at another account", typeof(HomeUpstreamTests), "Response_MadeAtTheSecondUpstream_" },
            { "103 sent twice", typeof(DeadUpstreamTests), "ResetAfterTheRequestWasRead_" },
            { "108, 109 dearer by a lost cache", typeof(CacheFloorTests), "RandomConversation_" },
            { "110 worked on again each turn", typeof(PolicyRunnerTests), "Run_NextTurn_" },
            { "110 worked on again each turn", typeof(TransformIdempotenceTests), "Transform_RandomConversation_" },
            { "114 hostile keys", typeof(BearerFuzzTests), "Key_Hostile_" },
            { "114 hostile keys", typeof(KeyRingTests), "Find_HostileValues_" },
            { "115 keys that begin alike", typeof(KeyRingTests), "Find_SecretsWithACommonBeginning_" },
            { "116 anybody changes the configuration", typeof(AdminAuthorizationTests), "EveryRoute_" },
            { "117 hashes shown", typeof(KeyRoutesTests), "AnyRead_OfAKey_" },
            { "117 hashes accepted", typeof(KeyRingTests), "Find_HashInsteadOfSecret_" },
            { "118 secrets kept", typeof(SecretLeakTests), "Canary_InEveryInput_" },
            { "118 secrets in traces", typeof(OtlpExportTests), "Collector_AllThatItGets_" },
            { "119 definitions that run commands", typeof(SupplyTests), "Source_OfTheProduct_" },
            { "120 dependencies", typeof(SupplyTests), "Packages_OfTheProduct_" },
            { "120 dependencies", typeof(CommunityFilesTests), "Notices_" },
            { "121 open without a key", typeof(ListenRulesTests), "Check_OpenManagementAddressWithoutAdminKey_" },
            { "wire.md: keys as subprotocols", typeof(Sdk.RealtimeTests), "Session_KeyAsSubprotocol_" },
            { "clients.md: bodies that stop", typeof(SlowClientTests), "BodyThatStops_" },
        };

    [Theory]
    [MemberData(nameof(Reports))]
    public void Report_OfUsersElsewhere_HasItsTest(string report, Type tests, string name) => TestIndex.ShouldHaveOne(report, tests, name);
}
