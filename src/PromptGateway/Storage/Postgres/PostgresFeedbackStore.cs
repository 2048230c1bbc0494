using PromptGateway.Experiments.Feedback;

namespace PromptGateway.Storage.Postgres;

/// <summary>The <c>feedback</c> table.</summary>
internal sealed class PostgresFeedbackStore(PostgresDatabase database) : IFeedbackStore
{
    public async Task PutAsync(AnswerFeedback feedback, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(
            """
            INSERT INTO feedback (request_id, key_id, given_at, score, comment) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (request_id) DO UPDATE SET key_id = EXCLUDED.key_id, given_at = EXCLUDED.given_at, score = EXCLUDED.score,
                comment = EXCLUDED.comment
            """,
            cancellationToken,
            feedback.RequestId,
            feedback.KeyId,
            PostgresTime.Write(feedback.GivenAt),
            feedback.Score,
            feedback.Comment
        );
    }

    public async Task<AnswerFeedback?> FindAsync(string requestId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Command(
            "SELECT key_id, given_at, score, comment FROM feedback WHERE request_id = $1",
            requestId
        );
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new AnswerFeedback
            {
                RequestId = requestId,
                KeyId = row.Text(0),
                GivenAt = PostgresTime.Read(row.GetDateTime(1)),
                Score = row.GetDouble(2),
                Comment = row.TextOrNull(3),
            }
            : null;
    }

    public async Task<int> DeleteBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync("DELETE FROM feedback WHERE given_at < $1", cancellationToken, PostgresTime.Write(before));
    }

    public async Task<string?> FindRequestAsync(string keyId, string responseId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var found = await connection.ScalarAsync<string>(
            "SELECT request_id FROM usage WHERE key_id = $1 AND started_at >= $2 AND response_id = $3 ORDER BY started_at DESC LIMIT 1",
            cancellationToken,
            keyId,
            PostgresTime.Write(since),
            responseId
        );
        return found is null ? null : PostgresText.Read(found);
    }
}
