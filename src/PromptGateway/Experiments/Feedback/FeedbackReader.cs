using System.Text.Json;
using PromptGateway.Chat;

namespace PromptGateway.Experiments.Feedback;

/// <summary>Reads the body of <c>POST /v1/feedback</c> strictly: what is not known is refused, since a typing error must not pass as success.</summary>
internal static class FeedbackReader
{
    /// <summary>Characters of a comment.</summary>
    public const int LongestComment = 2000;
    private const int LongestId = 128;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    public static (FeedbackRequest?, Rejection?) Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(document.RootElement)
                : (null, Rejection.BadRequest("invalid_json", "The body must be a JSON object."));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, Rejection.BadRequest("invalid_json", "The body is not valid JSON: " + e.Message));
        }
    }

    private static (FeedbackRequest?, Rejection?) Read(JsonElement body)
    {
        var request = new FeedbackRequest();
        foreach (var member in body.EnumerateObject())
        {
            var fault = member.Name switch
            {
                "id" or "request_id" or "response_id" => ReadId(member, ref request),
                "score" => ReadScore(member.Value, ref request),
                "thumbs" => ReadThumbs(member.Value, ref request),
                "comment" => ReadComment(member.Value, ref request),
                _ => "is not known here; known are id, request_id, response_id, score, thumbs and comment.",
            };
            if (fault is not null)
                return (null, FeedbackRejection.Invalid(member.Name.Length > 64 ? member.Name[..64] : member.Name, fault));
        }
        return request.Id is null ? (null, FeedbackRejection.NoId)
            : request.Score is null ? (null, FeedbackRejection.NoScore)
            : (request, null);
    }

    private static string? ReadId(JsonProperty member, ref FeedbackRequest request)
    {
        if (request.Id is not null)
            return "names an answer, and so does another member: give one of them.";
        if (member.Value.ValueKind != JsonValueKind.String || member.Value.GetString() is not { Length: > 0 and <= LongestId } id)
            return $"must be a string of 1 to {LongestId} characters.";
        request = request with { Id = id };
        return null;
    }

    private static string? ReadScore(JsonElement value, ref FeedbackRequest request)
    {
        if (request.Score is not null)
            return "comes beside 'thumbs': give one of them.";
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var score) || score is not (>= -1 and <= 1))
            return "must be a number from -1 (useless) to 1 (perfect).";
        request = request with { Score = score };
        return null;
    }

    private static string? ReadThumbs(JsonElement value, ref FeedbackRequest request)
    {
        if (request.Score is not null)
            return "comes beside 'score': give one of them.";
        double? score =
            value.ValueKind != JsonValueKind.String ? null
            : value.ValueEquals("up") ? 1
            : value.ValueEquals("down") ? -1
            : null;
        request = request with { Score = score };
        return score is null ? "must be \"up\" or \"down\"." : null;
    }

    private static string? ReadComment(JsonElement value, ref FeedbackRequest request)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.String || value.GetString() is not { Length: <= LongestComment } comment)
            return $"must be a string of at most {LongestComment} characters.";
        request = request with { Comment = comment.Length == 0 ? null : comment };
        return null;
    }
}
