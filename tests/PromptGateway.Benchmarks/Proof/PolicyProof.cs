using System.Text.Json;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tests.Prompts;
using PromptGateway.Tokens;

namespace PromptGateway.Benchmarks.Proof;

/// <summary>Holds policies to what they promise, on one random conversation after the other.</summary>
internal static class PolicyProof
{
    private const string Model = "gpt-4o";
    private static readonly PolicyRunner Runner = new(TimeProvider.System);

    private static readonly OptimizationPolicy[] Policies =
    [
        .. BuiltInPolicies.All.Select(policy =>
            policy with
            {
                TimeBudget = TimeSpan.FromMinutes(1),
                // Hints are no part of the prompt, and make the body longer.
                Transforms = [.. policy.Transforms.Where(transform => transform is not CacheHintsTransform)],
            }
        ),
    ];

    /// <summary>Masks at once: nothing is lost where there is no cache.</summary>
    private static readonly PromptTarget Uncached = new()
    {
        CachedPrice = 1,
        NewPrice = 1,
        ContextTokens = 4000,
    };

    /// <summary>All that is wrong; empty when nothing is.</summary>
    public static IEnumerable<string> Check(int seed)
    {
        var format = (RequestFormat)(seed % 3);
        var random = new Random(seed);
        if (random.Next(8) == 0)
            return CheckBroken(seed, format, random);
        var turns = RandomPrompts.Conversation(seed, format, 1 + random.Next(6));
        return Policies.SelectMany(policy => CheckPolicy(turns, format, policy).Select(fault => $"seed {seed}, {policy.Name}: {fault}"));
    }

    private static IEnumerable<string> CheckPolicy(List<byte[]> turns, RequestFormat format, OptimizationPolicy policy)
    {
        var trims = policy.Transforms.Any(transform => transform.Class != TransformClass.Lossless);
        byte[]? last = null;
        foreach (var body in turns)
        {
            var (after, fault) = Run(body, format, policy, PromptTarget.Unknown);
            if (fault is not null)
                yield return fault;
            if (last is not null && !after.AsSpan().StartsWith(last.AsSpan(0, last.Length - "]}".Length)))
                yield return "the beginning of the next turn is another";
            last = after;
        }
        var original = turns[^1];
        if (Count(last!, format) > Count(original, format))
            yield return $"more tokens: {Count(last!, format)} after {Count(original, format)}";
        if (!Run(last!, format, policy, PromptTarget.Unknown).Body.AsSpan().SequenceEqual(last))
            yield return "a second run changes it again";
        foreach (var fault in CheckRestored(original, last!, format))
            yield return fault;
        if (trims && !Run(original, format, policy, Uncached).Body.AsSpan().IsEmpty)
        {
            var (trimmed, fault) = Run(original, format, policy, Uncached);
            if (fault is not null)
                yield return "trimmed: " + fault;
            if (!Run(trimmed, format, policy, Uncached).Body.AsSpan().SequenceEqual(trimmed))
                yield return "trimmed: a second run changes it again";
        }
    }

    private static IEnumerable<string> CheckRestored(byte[] original, byte[] after, RequestFormat format)
    {
        var before = RestorePatch.Texts(original, format)!;
        var plain = Restorer.Restore(after, format);
        // A client may send what an earlier run made: that is decoded like the run's own result.
        var decoded = RestorePatch.Texts(Restorer.Restore(original, format)!, format)!;
        if (plain is null || RestorePatch.Texts(plain, format) is not { } texts || texts.Count != before.Count)
        {
            yield return "cannot be restored";
            yield break;
        }
        for (var index = 0; index < texts.Count; index++)
            if (!IsSameButSpace(before[index], texts[index]) && !IsSameButSpace(decoded[index], texts[index]))
                yield return $"text {index} is not restored";
        var patch = RestorePatch.Make(original, after, format);
        var exact = patch is null ? plain : Restorer.Restore(after, format, patch);
        if (
            exact is null
            || !RestorePatch
                .Texts(exact, format)!
                .Zip(before, (left, right) => left.AsSpan().SequenceEqual(right) || RestorePatch.IsSameJson(right, left))
                .All(same => same)
        )
            yield return "the patch does not give the bytes back";
    }

    /// <summary>White space aside, and what a terminal draws over; JSON keeps its strings and numbers as written.</summary>
    private static bool IsSameButSpace(byte[] before, byte[] after) =>
        before.AsSpan().IndexOfAny((byte)0x1B, (byte)'\r') < 0 ? NonSpace.Equal(before, after) : NonSpace.IsWithin(after, before);

    private static IEnumerable<string> CheckBroken(int seed, RequestFormat format, Random random)
    {
        var body = RandomPrompts.Body(seed, format);
        for (var hits = random.Next(1, 6); hits > 0; hits--)
            body[random.Next(body.Length)] = (byte)random.Next(256);
        body = body[..random.Next(body.Length + 1)];
        foreach (var policy in Policies)
            if (Run(body, format, policy, Uncached).Fault is { } fault)
                yield return $"seed {seed}, broken, {policy.Name}: {fault}";
        _ = Restorer.Restore(body, format);
    }

    private static (byte[] Body, string? Fault) Run(byte[] body, RequestFormat format, OptimizationPolicy policy, PromptTarget target)
    {
        using var result = Runner.Run(body, format, policy, target);
        var after = result.Body.ToArray();
        if (after.Length > body.Length)
            return (after, $"longer: {after.Length} bytes after {body.Length}");
        if (
            result.Transforms.FirstOrDefault(report => report.SkippedBecause is SkipReason.SurvivorCheck or SkipReason.Failed) is { } report
        )
            return (after, $"{report.Name}: {report.SkippedBecause}");
        return (after, !result.Body.IsUnchanged && !IsJson(after) ? "no JSON any more" : null);
    }

    private static bool IsJson(byte[] body)
    {
        try
        {
            JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 512 }).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static long Count(byte[] body, RequestFormat format) => RequestTokenCount.Of(body, format, Model).Tokens;
}
