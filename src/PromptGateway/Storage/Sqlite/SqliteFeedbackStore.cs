using PromptGateway.Experiments.Feedback;

namespace PromptGateway.Storage.Sqlite;

/// <summary>The <c>feedback</c> table.</summary>
internal sealed class SqliteFeedbackStore(SqliteDatabase database) : IFeedbackStore, IDisposable
{
    private readonly SqliteSession _session = new(database, Durability.ProcessCrash);

    public Task PutAsync(AnswerFeedback feedback, CancellationToken cancellationToken) =>
        _session.RunAsync(
            connection =>
                connection.Execute(
                    "INSERT OR REPLACE INTO feedback (request_id, key_id, given_at, score, comment) VALUES ($request, $key, $at, $score, $comment)",
                    ("$request", feedback.RequestId),
                    ("$key", feedback.KeyId),
                    ("$at", SqliteTime.Write(feedback.GivenAt)),
                    ("$score", feedback.Score),
                    ("$comment", feedback.Comment)
                ),
            cancellationToken
        );

    public Task<AnswerFeedback?> FindAsync(string requestId, CancellationToken cancellationToken) =>
        _session.RunAsync(
            connection =>
            {
                using var command = connection.Command(
                    "SELECT key_id, given_at, score, comment FROM feedback WHERE request_id = $request",
                    ("$request", requestId)
                );
                using var row = command.ExecuteReader();
                return row.Read()
                    ? new AnswerFeedback
                    {
                        RequestId = requestId,
                        KeyId = row.GetString(0),
                        GivenAt = SqliteTime.Read(row.GetInt64(1)),
                        Score = row.GetDouble(2),
                        Comment = row.TextOrNull(3),
                    }
                    : null;
            },
            cancellationToken
        );

    public Task<int> DeleteBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        _session.RunAsync(
            connection => connection.Execute("DELETE FROM feedback WHERE given_at < $before", ("$before", SqliteTime.Write(before))),
            cancellationToken
        );

    public Task<string?> FindRequestAsync(string keyId, string responseId, DateTimeOffset since, CancellationToken cancellationToken) =>
        _session.RunAsync(
            connection =>
            {
                using var command = connection.Command(
                    "SELECT request_id FROM usage WHERE key_id = $key AND response_id = $id AND started_at >= $since "
                        + "ORDER BY started_at DESC LIMIT 1",
                    ("$key", keyId),
                    ("$since", SqliteTime.Write(since)),
                    ("$id", responseId)
                );
                return command.ExecuteScalar() as string;
            },
            cancellationToken
        );

    public void Dispose() => _session.Dispose();
}
