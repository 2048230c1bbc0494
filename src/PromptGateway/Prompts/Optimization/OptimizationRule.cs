using System.IO.Enumeration;
using PromptGateway.Keys;
using PromptGateway.Prompts.Policies;

namespace PromptGateway.Prompts.Optimization;

/// <summary>A rule that was checked. The one that speaks of a key goes before one for a team, that before one for a model.</summary>
/// <param name="Policy">Null: none chosen here, or <paramref name="Mode"/> is off.</param>
internal sealed record OptimizationRule(
    string? Key,
    string? Team,
    string? Model,
    OptimizationPolicy? Policy,
    PolicyMode? Mode,
    bool? AllowHeader
)
{
    /// <summary>Whether the rule says which policy applies.</summary>
    public bool Chooses => Policy is not null || Mode is not null;

    /// <summary>Lower comes first.</summary>
    public int Rank =>
        Key is not null ? 0
        : Team is not null ? 1
        : 2;

    public bool Matches(Caller caller, string? requested, string? upstream) =>
        (Key is null || Is(Key, caller.Id) || Is(Key, caller.Name))
        && (Team is null || Is(Team, caller.Team))
        && (Model is null || Is(Model, requested) || Is(Model, upstream));

    private static bool Is(string pattern, string? name) =>
        name is not null && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true);
}
