using PromptGateway.Chat;

namespace PromptGateway.Providers.OpenAI;

/// <summary>What has been learned from a realtime session so far.</summary>
internal sealed class RealtimeFacts
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
