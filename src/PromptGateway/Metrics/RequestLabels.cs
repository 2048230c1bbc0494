namespace PromptGateway.Metrics;

/// <summary>All labels of one finished request: what tells one <see cref="RequestSeries"/> from the next.</summary>
internal readonly record struct RequestLabels
{
    public RequestLabels(in RequestMeasurement request)
    {
        Operation = request.Operation;
        Upstream = request.Upstream;
        Provider = request.Provider;
        OriginalModel = request.OriginalModel;
        RequestModel = request.RequestModel;
        ResponseModel = request.ResponseModel;
        Key = request.Key;
        Team = request.Team;
        Outcome = request.Outcome;
        ErrorType = request.ErrorType;
        UsageSource = request.UsageSource;
        StatusClass = request.Status / 100;
    }

    public string? Operation { get; init; }
    public string? Upstream { get; init; }
    public string? Provider { get; init; }
    public string? OriginalModel { get; init; }
    public string? RequestModel { get; init; }
    public string? ResponseModel { get; init; }
    public string? Key { get; init; }
    public string? Team { get; init; }
    public string? Outcome { get; init; }
    public string? ErrorType { get; init; }
    public string? UsageSource { get; init; }

    /// <summary>2 for 2xx, and so on.</summary>
    public int StatusClass { get; init; }

    /// <summary>Only the labels of <c>promptgateway.requests</c>.</summary>
    public RequestLabels OfRequests() => this with { OriginalModel = null, ResponseModel = null, ErrorType = null, UsageSource = null };

    /// <summary>Only the labels of <c>promptgateway.tokens</c> and <c>promptgateway.cost</c>.</summary>
    public RequestLabels OfUsage() => OfRequests() with { Outcome = null, StatusClass = 0 };

    /// <summary>Only the labels of <c>promptgateway.usage.source</c>.</summary>
    public RequestLabels OfUsageSource() => new() { Upstream = Upstream, UsageSource = UsageSource };

    /// <summary>Without a model of its own: for histograms, of which there are fewer.</summary>
    public RequestLabels WithoutModel() =>
        this with
        {
            OriginalModel = BoundedLabels.Other,
            RequestModel = BoundedLabels.Other,
            ResponseModel = BoundedLabels.Other,
        };

    /// <summary>What a combination beyond the limit is counted under.</summary>
    public RequestLabels Folded() => WithoutModel() with { Key = BoundedLabels.Other, Team = BoundedLabels.Other };

    public bool Equals(RequestLabels other) =>
        StatusClass == other.StatusClass
        && RequestModel == other.RequestModel
        && Key == other.Key
        && Outcome == other.Outcome
        && Upstream == other.Upstream
        && Operation == other.Operation
        && ResponseModel == other.ResponseModel
        && OriginalModel == other.OriginalModel
        && ErrorType == other.ErrorType
        && UsageSource == other.UsageSource
        && Team == other.Team
        && Provider == other.Provider;

    /// <summary>Only over what varies most: the other labels mostly follow from these, and each one hashed costs 5 to 10 ns.</summary>
    public override int GetHashCode() =>
        HashCode.Combine(HashOf(RequestModel), HashOf(Key), HashOf(Outcome), HashOf(Operation), StatusClass);

    // A name of a megabyte is somebody's joke; hashing all of it would be ours.
    private static int HashOf(string? value) =>
        string.GetHashCode(value.AsSpan(0, Math.Min(value?.Length ?? 0, BoundedLabels.MaxLength)), StringComparison.Ordinal);
}
