namespace PromptGateway.Prompts.Preview;

/// <summary>The previews of one caller.</summary>
internal sealed class PreviewLine(string caller)
{
    public string Caller => caller;

    /// <summary>At most <see cref="PreviewQueue.MostOfCaller"/>.</summary>
    public List<TaskCompletionSource> Waiting { get; } = [];

    /// <summary>Those that wait and those that run.</summary>
    public int Count { get; set; }

    /// <summary>Whether it stands among those whose turn comes.</summary>
    public bool HasTurn { get; set; }
}
