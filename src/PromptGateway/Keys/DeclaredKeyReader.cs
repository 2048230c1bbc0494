namespace PromptGateway.Keys;

/// <summary>Reads one entry of the configuration section <c>Keys</c> and checks it by the same rules as the admin API.</summary>
internal static class DeclaredKeyReader
{
    /// <returns>Null when the entry has faults; they are in <paramref name="errors"/>, each with its place.</returns>
    public static ApiKey? Read(IConfigurationSection section, DateTimeOffset now, List<string> errors)
    {
        if (Bind(section, errors) is not { } declared)
            return null;
        var faults = new KeyErrors();
        if (!KeyHash.TryParseHex(declared.Hash, out var hash))
            faults.Add("hash", "must be the SHA-256 of the secret as 64 hex digits");
        var key = ToKey(declared, hash, now);
        faults.Require(IsId(key.Id), "id", "must have at most 64 letters, digits, '_' and '-'");
        KeyRules.Check(key, faults);
        errors.AddRange(faults.Lines().Select(line => $"{section.Path}:{line}"));
        return faults.Any ? null : key;
    }

    private static DeclaredKey? Bind(IConfigurationSection section, List<string> errors)
    {
        try
        {
            return section.Get<DeclaredKey>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new DeclaredKey();
        }
        catch (InvalidOperationException e)
        {
            errors.Add($"{section.Path}: {e.Message}");
            return null;
        }
    }

    private static ApiKey ToKey(DeclaredKey declared, KeyHash hash, DateTimeOffset now)
    {
        var draft = new KeyDraft
        {
            Name = declared.Name,
            Team = declared.Team,
            Owner = declared.Owner,
            Models = declared.Models,
            ExpiresAt = declared.ExpiresAt,
            Policy = declared.Policy,
            Limits = declared.Limits,
            Budgets = declared.Budgets,
            Metadata = declared.Metadata,
        };
        return draft.ApplyTo(
            new ApiKey
            {
                Id = string.IsNullOrWhiteSpace(declared.Id) ? $"key_{hash}" : declared.Id,
                Origin = KeyOrigin.Configuration,
                Hash = hash,
                Prefix = "(configuration)",
                Name = "",
                CreatedAt = now,
            }
        );
    }

    private static bool IsId(string id) => id.Length <= 64 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}
