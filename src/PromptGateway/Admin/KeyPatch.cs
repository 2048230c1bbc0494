using System.Text.Json;
using PromptGateway.Keys;

namespace PromptGateway.Admin;

/// <summary>A merge patch of a key (RFC 7396): members that are present replace, null clears, absent ones stay. <c>metadata</c> is replaced whole.</summary>
internal sealed class KeyPatch(JsonDocument document)
{
    private readonly KeyDraft _draft = JsonBody.Deserialize<KeyDraft>(document);
    private readonly HashSet<string> _present = [.. document.RootElement.EnumerateObject().Select(member => member.Name)];

    /// <summary>Names of the members that are to change.</summary>
    public IEnumerable<string> Fields => _present;

    public KeyDraft ApplyTo(KeyDraft current) =>
        new()
        {
            Name = Has("name") ? _draft.Name : current.Name,
            Team = Has("team") ? _draft.Team : current.Team,
            Owner = Has("owner") ? _draft.Owner : current.Owner,
            Models = Has("models") ? _draft.Models : current.Models,
            ExpiresAt = Has("expires_at") ? _draft.ExpiresAt : current.ExpiresAt,
            Policy = Has("policy") ? _draft.Policy : current.Policy,
            Limits = Has("limits") ? _draft.Limits : current.Limits,
            Budgets = Has("budgets") ? _draft.Budgets : current.Budgets,
            Metadata = Has("metadata") ? _draft.Metadata : current.Metadata,
        };

    private bool Has(string name) => _present.Contains(name);
}
