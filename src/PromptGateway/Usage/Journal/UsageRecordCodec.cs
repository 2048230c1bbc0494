using PromptGateway.Chat;

namespace PromptGateway.Usage.Journal;

/// <summary>A ledger row as bytes. A tag is never given to another field; a new column gets the next free one.</summary>
internal static class UsageRecordCodec
{
    public static void Write(RecordWriter to, UsageRecord r)
    {
        to.Plain(1, r.StartedAt.UtcTicks);
        to.Plain(2, r.Stream ? 1 : 0);
        to.Plain(3, r.Status);
        to.Plain(4, r.Usage.InputTokens);
        to.Plain(5, r.Usage.CachedInputTokens);
        to.Plain(6, r.Usage.CacheWriteTokens);
        to.Plain(7, r.Usage.CacheWrite1hTokens);
        to.Plain(8, r.Usage.OutputTokens);
        to.Plain(9, r.Usage.ReasoningTokens);
        to.Plain(10, (int)r.UsageSource);
        to.Number(11, r.CostNanoUsd);
        to.Plain(12, r.Attempts);
        to.Plain(13, r.DurationMicros);
        to.Number(14, r.FirstTokenMicros);
        to.Plain(15, r.RequestBytes);
        to.Plain(16, r.ResponseBytes);
        to.Number(17, r.OptimizationTokensBefore);
        to.Plain(18, r.SavedInputTokens);
        to.Number(19, r.SavedNanoUsd);
        to.Plain(20, r.OptimizerCostNanoUsd);
        to.Plain(21, r.OptimizationMicros);
        to.Number(22, r.ShadowTokensBefore);
        to.Plain(23, r.ShadowSavedTokens);
        to.Number(24, r.ShadowSavedNanoUsd);
        to.Plain(25, r.ShadowMicros);
        to.Number(26, r.ToolCalls);
        to.Number(27, r.InvalidToolCalls);
        to.Text(64, r.RequestId);
        to.Text(65, r.KeyId);
        to.Text(66, r.KeyName);
        to.Text(67, r.Team);
        to.Text(68, r.Upstream);
        to.Text(69, r.Provider);
        to.Text(70, r.Operation);
        to.Text(71, r.Endpoint);
        to.Text(72, r.RequestedModel);
        to.Text(73, r.UpstreamModel);
        to.Text(74, r.ResponseModel);
        to.Text(75, r.Outcome);
        to.Text(76, r.ErrorCode);
        to.Text(77, r.UpstreamRequestId);
        to.Text(78, r.Optimization);
        to.Text(79, r.OptimizationMode);
        to.Text(80, r.OptimizationArm);
        to.Text(81, r.OptimizationOutcome);
        to.Text(82, r.OptimizationReason);
        to.Text(83, r.Conversation);
        to.Text(84, r.OptimizationDetail);
        to.Text(85, r.ShadowPolicy);
        to.Text(86, r.ShadowOutcome);
        to.Text(87, r.ShadowDetail);
        to.Text(88, r.ResponseId);
        to.Text(89, r.Session);
    }

    /// <returns>Null when it is no row: its id, its key, its operation or its outcome is missing.</returns>
    public static UsageRecord? Read(ReadOnlySpan<byte> bytes)
    {
        Span<long?> numbers = stackalloc long?[RecordReader.FirstText];
        var texts = new string?[byte.MaxValue + 1];
        var reader = new RecordReader(bytes);
        while (reader.Next())
        {
            if (reader.Tag < RecordReader.FirstText)
                numbers[reader.Tag] = reader.Number;
            else
                texts[reader.Tag] = reader.Text;
        }
        return texts is { } t && t[64] is { } id && t[65] is { } key && t[70] is { } operation && t[75] is { } outcome
            ? Make(numbers, t, id, key, operation, outcome)
            : null;
    }

    private static UsageRecord Make(ReadOnlySpan<long?> n, string?[] t, string id, string key, string operation, string outcome) =>
        new()
        {
            RequestId = id,
            StartedAt = new DateTimeOffset(n[1] ?? 0, TimeSpan.Zero),
            KeyId = key,
            KeyName = t[66],
            Team = t[67],
            Upstream = t[68],
            Provider = t[69],
            Operation = operation,
            Endpoint = t[71],
            RequestedModel = t[72],
            UpstreamModel = t[73],
            ResponseModel = t[74],
            Stream = n[2] == 1,
            Status = (int)(n[3] ?? 0),
            Outcome = outcome,
            ErrorCode = t[76],
            Usage = new TokenUsage
            {
                InputTokens = n[4] ?? 0,
                CachedInputTokens = n[5] ?? 0,
                CacheWriteTokens = n[6] ?? 0,
                CacheWrite1hTokens = n[7] ?? 0,
                OutputTokens = n[8] ?? 0,
                ReasoningTokens = n[9] ?? 0,
            },
            UsageSource = (UsageSource)(n[10] ?? 0),
            CostNanoUsd = n[11],
            Attempts = (int)(n[12] ?? 0),
            DurationMicros = n[13] ?? 0,
            FirstTokenMicros = n[14],
            RequestBytes = n[15] ?? 0,
            ResponseBytes = n[16] ?? 0,
            UpstreamRequestId = t[77],
            Optimization = t[78],
            OptimizationMode = t[79],
            OptimizationArm = t[80],
            OptimizationOutcome = t[81],
            OptimizationReason = t[82],
            Conversation = t[83],
            OptimizationDetail = t[84],
            OptimizationTokensBefore = n[17],
            SavedInputTokens = n[18] ?? 0,
            SavedNanoUsd = n[19],
            OptimizerCostNanoUsd = n[20] ?? 0,
            OptimizationMicros = n[21] ?? 0,
            ShadowPolicy = t[85],
            ShadowOutcome = t[86],
            ShadowDetail = t[87],
            ResponseId = t[88],
            Session = t[89],
            ToolCalls = n[26],
            InvalidToolCalls = n[27],
            ShadowTokensBefore = n[22],
            ShadowSavedTokens = n[23] ?? 0,
            ShadowSavedNanoUsd = n[24],
            ShadowMicros = n[25] ?? 0,
        };
}
