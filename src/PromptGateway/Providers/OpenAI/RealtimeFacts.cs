using System.Text;
using PromptGateway.Chat;

namespace PromptGateway.Providers.OpenAI;

/// <summary>What has been learned from a realtime session so far.</summary>
/// <param name="call">The call that it has joined, perhaps beside others; null: it is alone.</param>
internal sealed class RealtimeFacts(CallReports? call = null)
{
    /// <summary>Clients may change the model in mid-session as often as they like; what is beyond has no model and so no price.</summary>
    private const int MostModels = 16;
    private readonly List<TranscribedTokens> _transcribed = [];

    /// <summary>The model that answers, as the session names it; null in sessions that only transcribe.</summary>
    public string? Model { get; set; }

    /// <summary>The model that transcribes what comes in, if one does.</summary>
    public string? TranscriptionModel { get; set; }

    /// <summary>Of the answers alone.</summary>
    public TokenUsage Responses { get; private set; }

    /// <summary>Of the transcription, by the model that did it.</summary>
    public IReadOnlyList<TranscribedTokens> Transcribed => _transcribed;

    /// <summary>Reports of usage so far, zeros included.</summary>
    public int Reports { get; private set; }

    /// <summary>Nobody else in the call has counted it.</summary>
    /// <param name="kind">Of the report.</param>
    /// <param name="id">Of what it is about; empty: it does not say.</param>
    /// <param name="part">Of that.</param>
    public bool IsNews(char kind, ReadOnlySpan<byte> id, ReadOnlySpan<byte> part = default) =>
        call is null || id.IsEmpty || call.IsFirst($"{kind} {Encoding.UTF8.GetString(id)} {Encoding.UTF8.GetString(part)}");

    public void AddResponse(in TokenUsage usage)
    {
        Responses += usage;
        Reports++;
    }

    public void AddTranscription(in TokenUsage usage)
    {
        Reports++;
        var model = TranscriptionModel;
        if (!_transcribed.Exists(t => t.Model == model) && _transcribed.Count >= MostModels)
            model = null;
        var at = _transcribed.FindIndex(t => t.Model == model);
        if (at < 0)
            _transcribed.Add(new TranscribedTokens(model, usage));
        else
            _transcribed[at] = _transcribed[at] with { Usage = _transcribed[at].Usage + usage };
    }
}
