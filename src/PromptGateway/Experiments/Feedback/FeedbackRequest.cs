namespace PromptGateway.Experiments.Feedback;

/// <summary>The body of <c>POST /v1/feedback</c>.</summary>
/// <param name="Id">Of a request, an optimization or an answer.</param>
/// <param name="Score">From -1 to 1.</param>
/// <param name="Comment">Null: none.</param>
internal readonly record struct FeedbackRequest(string? Id, double? Score, string? Comment);
