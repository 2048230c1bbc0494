namespace PromptGateway.Metrics;

using Tag = KeyValuePair<string, object?>;

/// <summary>
/// The sums of all requests with the same labels, and the tag arrays under which their histograms are recorded: made once, so that
/// counting a request allocates nothing.
/// </summary>
/// <param name="labels">Of the sums.</param>
/// <param name="histogram">Of the histograms: the same, or without the model.</param>
internal sealed class RequestSeries(RequestLabels labels, RequestLabels histogram)
{
    private long _requests;
    private long _input;
    private long _cached;
    private long _cacheWrite;
    private long _output;
    private long _reasoning;
    private long _costNanoUsd;

    public RequestLabels Labels { get; } = labels;

    /// <summary>Tag of <c>promptgateway.overhead.duration</c>.</summary>
    public Tag OverheadTag { get; } = new("operation", labels.Operation);

    /// <summary>Tags of <c>gen_ai.server.*</c>.</summary>
    public Tag[] ServerTags { get; } = GenAiTags(histogram, tokenType: null);
    public Tag[] InputTags { get; } = GenAiTags(histogram, TokenTypes.Input);
    public Tag[] CachedTags { get; } = GenAiTags(histogram, TokenTypes.CachedInput);
    public Tag[] CacheWriteTags { get; } = GenAiTags(histogram, TokenTypes.CacheWrite);
    public Tag[] OutputTags { get; } = GenAiTags(histogram, TokenTypes.Output);
    public Tag[] ReasoningTags { get; } = GenAiTags(histogram, TokenTypes.Reasoning);

    public long Requests => Volatile.Read(ref _requests);
    public long CostNanoUsd => Volatile.Read(ref _costNanoUsd);

    /// <summary>Tokens of one of the <see cref="TokenTypes"/>.</summary>
    public long Tokens(string type) =>
        type switch
        {
            TokenTypes.Input => Volatile.Read(ref _input),
            TokenTypes.CachedInput => Volatile.Read(ref _cached),
            TokenTypes.CacheWrite => Volatile.Read(ref _cacheWrite),
            TokenTypes.Output => Volatile.Read(ref _output),
            TokenTypes.Reasoning => Volatile.Read(ref _reasoning),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not one of TokenTypes."),
        };

    public void Count(in RequestMeasurement request)
    {
        Interlocked.Increment(ref _requests);
        if (request.HasUsage)
            Charge(in request);
    }

    /// <summary>Of a request that was counted before: what it has used is known only now.</summary>
    public void Charge(in RequestMeasurement request)
    {
        Add(ref _input, request.InputTokens);
        Add(ref _cached, request.CachedInputTokens);
        Add(ref _cacheWrite, request.CacheWriteTokens);
        Add(ref _output, request.OutputTokens);
        Add(ref _reasoning, request.ReasoningTokens);
        Add(ref _costNanoUsd, request.CostNanoUsd.GetValueOrDefault());
    }

    // A negative count, which only a broken upstream could send, would make a counter go back.
    private static void Add(ref long sum, long value)
    {
        if (value > 0)
            Interlocked.Add(ref sum, value);
    }

    private static Tag[] GenAiTags(RequestLabels labels, string? tokenType)
    {
        List<Tag> tags =
        [
            new("gen_ai.operation.name", labels.Operation),
            new("gen_ai.provider.name", labels.Provider),
            new("gen_ai.original.model", labels.OriginalModel),
            new("gen_ai.request.model", labels.RequestModel),
            new("gen_ai.response.model", labels.ResponseModel),
        ];
        // Times differ by upstream, tokens do not.
        tags.Add(tokenType is null ? new("promptgateway.upstream", labels.Upstream) : new("gen_ai.token.type", tokenType));
        if (labels.ErrorType is not null)
            tags.Add(new("error.type", labels.ErrorType));
        return [.. tags];
    }
}
