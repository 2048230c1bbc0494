using PromptGateway.Chat;
using PromptGateway.Json;
using PromptGateway.Providers;

namespace PromptGateway.Objects;

/// <summary>
/// Adds up the usage in the lines of a batch's results: <c>response.body.usage</c> (OpenAI), <c>result.message.usage</c> (Anthropic).
/// </summary>
internal sealed class BatchLines
{
    /// <summary>Tokens of more models than that have no model, and so no known price.</summary>
    private const int MostModels = 64;
    private readonly List<ModelUsage> _parts = [];

    /// <summary>In the order of their first lines, which is the same whenever the file is read.</summary>
    public IReadOnlyList<ModelUsage> Parts => _parts;

    /// <summary>Never throws, whatever the bytes.</summary>
    public void Read(ReadOnlySpan<byte> line)
    {
        var answer = Member(Member(line, "response"u8), "body"u8);
        var operation = Operation.Chat;
        if (answer.IsEmpty)
        {
            answer = Member(Member(line, "result"u8), "message"u8);
            operation = Operation.Messages;
        }
        var usage = default(TokenUsage);
        if (WireFormats.For(operation).TryReadUsage(Member(answer, "usage"u8), ref usage))
            Add(FastJson.TryString(Member(answer, "model"u8), out var model) ? ModelName.Read(model) : null, usage);
    }

    private void Add(string? model, in TokenUsage usage)
    {
        var at = _parts.FindIndex(part => part.Model == model);
        if (at < 0 && _parts.Count >= MostModels)
            at = _parts.FindIndex(part => part.Model is null);
        if (at >= 0)
            _parts[at] = _parts[at] with { Usage = _parts[at].Usage + usage };
        else
            _parts.Add(new ModelUsage(_parts.Count < MostModels ? model : null, usage));
    }

    private static ReadOnlySpan<byte> Member(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name) =>
        JsonMemberFind.TryFindTopLevel(json, name, out var member) ? member.RawValue(json) : default;
}
