namespace PromptGateway.Keys;

/// <summary>What a key may look like. All faults are found at once.</summary>
internal static class KeyRules
{
    /// <summary>Entry of the metadata that decides how often it is the key's turn in queues.</summary>
    public const string PriorityName = "priority";
    private const int MaxText = 100;
    private const int MaxModels = 200;
    private const int MaxMetadata = 50;

    /// <param name="key">With the fields as they would be stored.</param>
    /// <param name="errors">Takes the faults.</param>
    public static void Check(ApiKey key, KeyErrors errors)
    {
        errors.Require(key.Name.Length > 0, "name", "is required");
        Text("name", key.Name, errors);
        Text("team", key.Team, errors);
        Text("owner", key.Owner, errors);
        Text("policy", key.Policy, errors);
        Models("models", key.Models, errors);
        LimitRules.Check(key.Limits, errors);
        BudgetRules.Check(key.Budgets, errors);
        Metadata(key.Metadata, errors);
    }

    public static void CheckExpiry(DateTimeOffset? expiry, DateTimeOffset now, KeyErrors errors) =>
        errors.Require(expiry is null || expiry > now, "expires_at", "must be in the future");

    public static void Models(string field, IReadOnlyList<string> models, KeyErrors errors)
    {
        errors.Require(models.Count <= MaxModels, field, $"has {models.Count} entries; at most {MaxModels} are allowed");
        for (var i = 0; i < models.Count; i++)
            errors.Require(
                IsPattern(models[i]),
                $"{field}[{i}]",
                "must be a model name or a glob with * and ?, of 1 to 200 characters without spaces or control characters"
            );
    }

    public static bool IsPattern(string? pattern) =>
        pattern is { Length: > 0 and <= 200 } && !pattern.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));

    private static void Text(string field, string? text, KeyErrors errors)
    {
        errors.Require(text is null || text.Length <= MaxText, field, $"is longer than {MaxText} characters");
        errors.Require(text is null || !text.Any(char.IsControl), field, "holds control characters");
    }

    private static void Metadata(IReadOnlyDictionary<string, string> metadata, KeyErrors errors)
    {
        errors.Require(metadata.Count <= MaxMetadata, "metadata", $"has {metadata.Count} entries; at most {MaxMetadata} are allowed");
        errors.Require(
            !metadata.TryGetValue(PriorityName, out var priority) || priority is [>= '1' and <= '9'],
            "metadata",
            $"has a {PriorityName} that is not a number from 1 to 9"
        );
        foreach (var (name, value) in metadata)
        {
            errors.Require(
                name.Length is > 0 and <= 64 && !name.Any(char.IsControl),
                "metadata",
                "has a name that is empty, longer than 64 characters or holds control characters"
            );
            errors.Require(value is { Length: <= 500 }, "metadata", "has a value that is null or longer than 500 characters");
        }
    }
}
