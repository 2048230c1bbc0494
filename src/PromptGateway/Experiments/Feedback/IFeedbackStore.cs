namespace PromptGateway.Experiments.Feedback;

/// <summary>Where feedback is kept.</summary>
internal interface IFeedbackStore
{
    /// <summary>Stores feedback durably, in the place of what the request had before.</summary>
    Task PutAsync(AnswerFeedback feedback, CancellationToken cancellationToken);

    Task<AnswerFeedback?> FindAsync(string requestId, CancellationToken cancellationToken);

    /// <summary>Retention: deletes what was given before that time.</summary>
    /// <returns>How many are gone.</returns>
    Task<int> DeleteBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>The newest request of a key whose answer had this id; null when there is none since the given time.</summary>
    Task<string?> FindRequestAsync(string keyId, string responseId, DateTimeOffset since, CancellationToken cancellationToken);
}
