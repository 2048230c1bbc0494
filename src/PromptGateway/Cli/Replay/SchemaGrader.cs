using System.Text.Json;
using System.Text.RegularExpressions;

namespace PromptGateway.Cli.Replay;

/// <summary>1 when the answer is JSON that fits the conversation's schema.</summary>
internal sealed class SchemaGrader : IAnswerGrader
{
    public Task<double?> GradeAsync(ReplayCase conversation, string answer, CancellationToken cancellationToken) =>
        Task.FromResult<double?>(
            conversation.Schema is not { } schema ? null
            : Fits(schema.ToJsonString(), answer) ? 1
            : 0
        );

    private static bool Fits(string schema, string answer)
    {
        using var rules = JsonDocument.Parse(schema);
        try
        {
            using var json = JsonDocument.Parse(answer);
            return JsonSchemaCheck.Fits(rules.RootElement, json.RootElement);
        }
        // A pattern that takes forever over an answer does not match it; half of a surrogate pair is no text.
        catch (Exception e) when (e is JsonException or RegexMatchTimeoutException or InvalidOperationException)
        {
            return false;
        }
    }
}
