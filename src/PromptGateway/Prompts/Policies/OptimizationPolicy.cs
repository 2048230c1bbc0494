using PromptGateway.Prompts.Asking;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Policies;

/// <summary>A named, ordered list of transforms, and the limits within which they run.</summary>
internal sealed record OptimizationPolicy(string Name, IReadOnlyList<ITransform> Transforms)
{
    public static readonly TimeSpan DefaultTimeBudget = TimeSpan.FromMilliseconds(5);

    /// <summary>Tokens from which on providers cache a prompt: OpenAI, and most of Anthropic's models.</summary>
    public const int UsualCacheMinimum = 1024;

    /// <summary>Changes whenever the same text may come out differently: results are remembered under it.</summary>
    public string Version { get; init; } = Name;

    public PolicyMode Mode { get; init; } = PolicyMode.On;

    /// <summary>The share of conversations that get the original in an experiment, from 0 to 1.</summary>
    public double ControlShare { get; init; } = 0.5;

    /// <summary>The share of requests that are computed in shadow, from 0 to 1.</summary>
    public double SampleShare { get; init; } = 1;

    /// <summary>The most time that the transforms may take together; parts that are not reached stay as they are.</summary>
    public TimeSpan TimeBudget { get; init; } = DefaultTimeBudget;

    /// <summary>Tool results shorter than this, in bytes of text, are left alone.</summary>
    public int SmallestText { get; init; } = 48;

    /// <summary>Texts longer than this, in bytes as they stand in the body, are left alone: one alone could take the whole time.</summary>
    public int LargestText { get; init; } = 256 << 10;

    /// <summary>
    /// A prompt that has so many tokens keeps so many, so that a provider's cache, which takes none below some length, takes it. 0: prompts
    /// become as short as they can. Prompts that are asked once are not held to it (<see cref="CacheFloor"/>).
    /// </summary>
    public int CacheableTokens { get; init; }

    /// <summary>Which tool results are files that must keep every byte.</summary>
    public FileReads Files { get; init; } = FileReads.Usual;

    /// <summary>Whether a model is to be asked before it can be run.</summary>
    public bool AsksModel
    {
        get
        {
            for (var index = 0; index < Transforms.Count; index++)
                if (Transforms[index] is IModelTransform)
                    return true;
            return false;
        }
    }

    /// <summary>Whether prompts without tool results can be passed over.</summary>
    public bool OnlyToolResults
    {
        get
        {
            // Asked for every request: an enumerator would be allocated.
            for (var index = 0; index < Transforms.Count; index++)
                if (Transforms[index] is IPromptEdit || (Transforms[index] is IPromptTransform text && text.Takes(SegmentKind.Document)))
                    return false;
            return true;
        }
    }

    /// <summary>Bodies smaller than this, in bytes, are left alone.</summary>
    public int SmallestBody { get; init; }

    /// <summary>Bodies larger than this, in bytes, are left alone: reading them alone would take the whole time.</summary>
    public int LargestBody { get; init; } = 4 << 20;
}
