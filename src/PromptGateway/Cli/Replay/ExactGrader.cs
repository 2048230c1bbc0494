using System.Text.Json;
using System.Text.Json.Nodes;

namespace PromptGateway.Cli.Replay;

/// <summary>1 when the answer is the expected one: the same text without white space around it, or JSON with the same value.</summary>
internal sealed class ExactGrader : IAnswerGrader
{
    public Task<double?> GradeAsync(ReplayCase conversation, string answer, CancellationToken cancellationToken) =>
        Task.FromResult<double?>(
            conversation.Expected is not { } expected ? null
            : IsSame(expected.Trim(), answer.Trim()) ? 1
            : 0
        );

    private static bool IsSame(string expected, string answer)
    {
        if (expected == answer)
            return true;
        if (expected is not ['{' or '[', ..])
            return false;
        try
        {
            return JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(answer));
        }
        // No JSON; a name twice in an object; half of a surrogate pair: then only the same text is the same.
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
