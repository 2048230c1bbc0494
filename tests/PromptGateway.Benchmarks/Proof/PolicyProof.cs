using System.Text.Json;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tests.Prompts;
using PromptGateway.Tokens;

namespace PromptGateway.Benchmarks.Proof;

/// <summary>Holds policies to what they promise, on one random conversation after the other.</summary>
internal sealed class PolicyProof
{
    private const string Model = "gpt-4o";
    private const int BrokenOneIn = 8;
    private const int MostTurns = 6;
    private static readonly PolicyRunner Runner = new(TimeProvider.System);

    private static readonly OptimizationPolicy[] Policies =
    [
        .. BuiltInPolicies.All.Select(policy =>
            policy with
            {
                TimeBudget = TimeSpan.FromMinutes(1),
                // What is short must hold too.
                CacheableTokens = 0,
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

    private readonly int _seed;
    private readonly RequestFormat _format;
    private readonly byte[] _original;
    private readonly List<byte[]> _turns;
    private readonly List<ProofFault> _faults = [];

    /// <summary>Results that were held against the original already: most policies come to the same one.</summary>
    private readonly List<byte[]> _compared = [];
    private long? _tokens;
    private List<byte[]>? _texts;
    private List<byte[]>? _decoded;

    private PolicyProof(int seed)
    {
        _seed = seed;
        _format = (RequestFormat)(seed % 3);
        var random = new Random(seed);
        if (random.Next(BrokenOneIn) == 0)
            _turns = [Broken(RandomPrompts.Body(seed, _format), random)];
        else
            _turns = RandomPrompts.Conversation(seed, _format, 1 + random.Next(MostTurns));
        IsBroken = _turns.Count == 1 && !IsJson(_turns[0]);
        _original = _turns[^1];
    }

    private bool IsBroken { get; }

    /// <summary>All that is wrong; empty when nothing is.</summary>
    public static IReadOnlyList<ProofFault> Check(int seed)
    {
        try
        {
            var proof = new PolicyProof(seed);
            foreach (var policy in Policies)
                if (proof.IsBroken)
                    proof.Run(proof._original, policy, Uncached);
                else
                    proof.CheckPolicy(policy);
            if (proof.IsBroken)
                _ = Restorer.Restore(proof._original, proof._format);
            return proof._faults;
        }
        // That it threw is what is to be reported.
        catch (Exception e)
        {
            return [new ProofFault(seed, "any", ProofKind.Fault, $"{e.GetType().Name}: {e.Message}")];
        }
    }

    private void CheckPolicy(OptimizationPolicy policy)
    {
        byte[]? last = null;
        foreach (var body in _turns)
        {
            var after = Run(body, policy, PromptTarget.Unknown);
            if (last is not null && !after.AsSpan().StartsWith(last.AsSpan(0, last.Length - "]}".Length)))
                Add(policy, ProofKind.Prefix, "the beginning of the next turn is another");
            last = after;
        }
        CheckRepeat(last!, policy, PromptTarget.Unknown);
        Compare(last!, policy);
        if (policy.Transforms.All(transform => transform.Class == TransformClass.Lossless))
            return;
        // Masks are worth it at once where nothing is cached.
        var trimmed = Run(_original, policy, Uncached);
        if (!trimmed.AsSpan().SequenceEqual(last))
            CheckRepeat(trimmed, policy, Uncached);
    }

    private void CheckRepeat(byte[] after, OptimizationPolicy policy, PromptTarget target)
    {
        if (!Run(after, policy, target).AsSpan().SequenceEqual(after))
            Add(policy, ProofKind.Repeat, "a second run changes it again");
    }

    /// <summary>Tokens and texts. A body that was not changed is the original, and a result that another policy had is known.</summary>
    private void Compare(byte[] after, OptimizationPolicy policy)
    {
        if (after.AsSpan().SequenceEqual(_original) || _compared.Exists(known => known.AsSpan().SequenceEqual(after)))
            return;
        _compared.Add(after);
        _tokens ??= Count(_original);
        if (Count(after) is var tokens && tokens > _tokens)
            Add(policy, ProofKind.Tokens, $"{tokens} after {_tokens}");
        CheckRestored(after, policy);
    }

    private void CheckRestored(byte[] after, OptimizationPolicy policy)
    {
        _texts ??= RestorePatch.Texts(_original, _format)!;
        // A client may send what an earlier run made: that is decoded like the run's own result.
        _decoded ??= RestorePatch.Texts(Restorer.Restore(_original, _format)!, _format)!;
        var plain = Restorer.Restore(after, _format);
        if (plain is null || RestorePatch.Texts(plain, _format) is not { } texts || texts.Count != _texts.Count)
        {
            Add(policy, ProofKind.Decode, "cannot be restored");
            return;
        }
        for (var index = 0; index < texts.Count; index++)
            if (!IsSameButSpace(_texts[index], texts[index]) && !IsSameButSpace(_decoded[index], texts[index]))
                Add(policy, ProofKind.Decode, $"text {index} is not restored");
        var patch = RestorePatch.Make(_original, after, _format);
        var exact = patch is null ? texts : RestorePatch.Texts(Restorer.Restore(after, _format, patch) ?? [], _format);
        if (
            exact is null
            || !exact
                .Zip(_texts, (left, right) => left.AsSpan().SequenceEqual(right) || RestorePatch.IsSameJson(right, left))
                .All(same => same)
        )
            Add(policy, ProofKind.Decode, "the patch does not give the bytes back");
    }

    /// <summary>White space aside, and what a terminal draws over; JSON keeps its strings and numbers as written.</summary>
    private static bool IsSameButSpace(byte[] before, byte[] after) =>
        before.AsSpan().IndexOfAny((byte)0x1B, (byte)'\r') < 0 ? NonSpace.Equal(before, after) : NonSpace.IsWithin(after, before);

    private static byte[] Broken(byte[] body, Random random)
    {
        for (var hits = random.Next(1, 6); hits > 0; hits--)
            body[random.Next(body.Length)] = (byte)random.Next(256);
        return body[..random.Next(body.Length + 1)];
    }

    private byte[] Run(byte[] body, OptimizationPolicy policy, PromptTarget target)
    {
        using var result = Runner.Run(body, _format, policy, target);
        foreach (var report in result.Transforms)
            if (report.SkippedBecause is SkipReason.SurvivorCheck or SkipReason.Failed)
                Add(policy, ProofKind.Fault, $"{report.Name}: {report.SkippedBecause}");
        if (result.Body.IsUnchanged)
            return body;
        var after = result.Body.ToArray();
        if (after.Length > body.Length)
            Add(policy, ProofKind.Bytes, $"{after.Length} after {body.Length}");
        if (!IsJson(after))
            Add(policy, ProofKind.Json, "no JSON any more");
        return after;
    }

    private static bool IsJson(byte[] body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 512 });
        try
        {
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Add(OptimizationPolicy policy, ProofKind kind, string what) => _faults.Add(new ProofFault(_seed, policy.Name, kind, what));

    private long Count(byte[] body) => RequestTokenCount.Of(body, _format, Model).Tokens;
}
