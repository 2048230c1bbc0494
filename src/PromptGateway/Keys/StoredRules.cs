using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace PromptGateway.Keys;

/// <summary>
/// The rules of one kind that were made by the admin API. What is put here is in force before the call returns; other processes take
/// it over when they next look (<see cref="RuleRefresher"/>).
/// </summary>
/// <param name="store">Where they are kept.</param>
/// <param name="kind">Of the documents.</param>
/// <param name="apply">Takes over all of them, by id.</param>
internal sealed partial class StoredRules<T>(IDocumentStore store, string kind, Action<IReadOnlyDictionary<string, T>> apply)
    : IStoredRules,
        IDisposable
    where T : class
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly SemaphoreSlim _refreshing = new(1, 1);

    /// <summary>As they were last read.</summary>
    public IReadOnlyDictionary<string, T> Current { get; private set; } = new Dictionary<string, T>();

    /// <exception cref="InvalidKeyException">The id cannot be one.</exception>
    /// <returns>True when the rule is new.</returns>
    public async Task<bool> PutAsync(string id, T rule, CancellationToken cancellationToken)
    {
        if (!IdForm().IsMatch(id))
        {
            var errors = new KeyErrors();
            errors.Add("id", "must be 1 to 64 letters, digits, '.', '_' or '-'");
            throw new InvalidKeyException(errors);
        }
        var isNew = await store.PutAsync(kind, new StoredDocument(id, JsonSerializer.Serialize(rule, Json)), cancellationToken);
        await RefreshAsync(cancellationToken);
        return isNew;
    }

    /// <returns>False when there is none.</returns>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        if (!await store.DeleteAsync(kind, id, cancellationToken))
            return false;
        await RefreshAsync(cancellationToken);
        return true;
    }

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            var documents = await store.ReadAsync(kind, cancellationToken);
            Current = documents.ToDictionary(
                document => document.Id,
                document => JsonSerializer.Deserialize<T>(document.Json, Json)!,
                StringComparer.Ordinal
            );
            apply(Current);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    public void Dispose() => _refreshing.Dispose();

    [GeneratedRegex("^[A-Za-z0-9._-]{1,64}$")]
    private static partial Regex IdForm();
}
