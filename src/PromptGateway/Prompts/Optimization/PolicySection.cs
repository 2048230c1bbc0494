namespace PromptGateway.Prompts.Optimization;

/// <summary>One entry of <c>Optimization:Policies</c>, by name. A built-in policy of that name is changed; what is absent stays as it is there.</summary>
internal sealed class PolicySection
{
    /// <summary><c>off</c>, <c>shadow</c>, <c>on</c> or <c>experiment</c>.</summary>
    public string? Mode { get; set; }

    /// <summary>Share of the conversations that get the original in an experiment, from 0 to 1.</summary>
    public double? ControlShare { get; set; }

    /// <summary>Share of the requests that are computed in mode <c>shadow</c>, from 0 to 1.</summary>
    public double? SampleShare { get; set; }

    /// <summary>The most that the transforms may add to a request.</summary>
    public double? MaxAddedMilliseconds { get; set; }

    /// <summary>Prompts smaller than this are left alone.</summary>
    public int? MinPromptBytes { get; set; }

    /// <summary>Prompts larger than this are left alone.</summary>
    public int? MaxPromptBytes { get; set; }

    /// <summary>Texts smaller than this are left alone.</summary>
    public int? MinTextBytes { get; set; }

    /// <summary>Texts larger than this are left alone.</summary>
    public int? MaxTextBytes { get; set; }

    /// <summary>
    /// A prompt of so many tokens (estimated) keeps so many, so that the provider's cache takes it; 1024 if not set. Holds for tool results, behind
    /// the model's first turn, and where tools are declared. 0: prompts become as short as they can.
    /// </summary>
    public int? CacheableTokens { get; set; }

    /// <summary>Tools whose results are files that keep every byte, instead of the built-in list; `none` alone: no results are.</summary>
    public string[]? ProtectedTools { get; set; }
}
