namespace PromptGateway.Storage.Postgres;

/// <summary>Someone who wants to know of <c>NOTIFY</c> on a channel.</summary>
/// <param name="Channel">A plain lower-case identifier: it becomes SQL text.</param>
/// <param name="Notified">
/// Called with the payload, on the listener's own task: quick, and without exceptions. Called with an empty payload when
/// notifications may have been missed.
/// </param>
internal sealed record PostgresSubscription(string Channel, Action<string> Notified);
