namespace PromptGateway.Cli.Replay;

/// <summary>Says how good an answer is.</summary>
internal interface IAnswerGrader
{
    /// <returns>From 0 to 1; null when it cannot be said: nothing is expected, the judge failed.</returns>
    Task<double?> GradeAsync(ReplayCase conversation, string answer, CancellationToken cancellationToken);
}
