using System.Text;

namespace PromptGateway.Forwarding;

/// <summary>One call of a tool in a streamed answer, as far as it has come.</summary>
/// <param name="Choice">The answer that it stands in, where several were asked for.</param>
/// <param name="Index">Its place there; null: the upstream does not say.</param>
/// <param name="Id">Null: not said yet.</param>
/// <param name="MayBeEmpty">Whether no arguments at all are an empty object (messages).</param>
internal sealed record StreamedToolCall(int Choice, int? Index, string? Id, bool MayBeEmpty)
{
    /// <summary>The pieces so far.</summary>
    public StringBuilder Arguments { get; } = new();

    public bool IsValid => (MayBeEmpty && Arguments.Length == 0) || ToolCallCheck.IsObject(Arguments.ToString());
}
