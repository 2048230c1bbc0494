using System.Globalization;
using Microsoft.Extensions.Options;

namespace PromptGateway.Keys;

/// <summary>
/// Reads <see cref="KeysOptions"/>: declared keys from the section <c>Keys</c> (a list of <see cref="DeclaredKey"/>), secrets from
/// <c>PROMPTGATEWAY_API_KEY</c> and <c>PROMPTGATEWAY_ADMIN_KEY</c>, times from <c>KeyStore:PollInterval</c> and
/// <c>KeyStore:StaleFor</c> (<c>hh:mm:ss</c>).
/// </summary>
internal static class KeysConfiguration
{
    public const string ApiKeyVariable = "PROMPTGATEWAY_API_KEY";
    public const string AdminKeyVariable = "PROMPTGATEWAY_ADMIN_KEY";

    /// <summary>Id of the key in <see cref="ApiKeyVariable"/>.</summary>
    public const string EnvironmentKeyId = "key_env";

    /// <exception cref="OptionsValidationException">With every fault of the section; no secret or hash is in its text.</exception>
    public static KeysOptions Read(IConfiguration configuration, DateTimeOffset now)
    {
        var errors = new List<string>();
        var declared = new List<ApiKey>();
        var options = new KeysOptions { AdminKeyHash = Secret(configuration, AdminKeyVariable, errors) };
        if (Secret(configuration, ApiKeyVariable, errors) is { } hash)
            declared.Add(EnvironmentKey(hash, now));
        if (options.AdminKeyHash is { } admin && declared.Any(key => key.Hash == admin))
            errors.Add($"{ApiKeyVariable} and {AdminKeyVariable} must differ: the first may call models, the second may change keys.");
        foreach (var section in configuration.GetSection("Keys").GetChildren())
            if (DeclaredKeyReader.Read(section, now, errors) is { } key)
                declared.Add(key);
        Unique(declared, errors);
        options.Declared = declared;
        options.PollInterval = Time(configuration, "KeyStore:PollInterval", options.PollInterval, TimeSpan.FromMinutes(1), errors);
        options.StaleFor = Time(configuration, "KeyStore:StaleFor", options.StaleFor, TimeSpan.FromDays(30), errors);
        return errors.Count == 0 ? options : throw new OptionsValidationException("Keys", typeof(KeysOptions), errors);
    }

    private static ApiKey EnvironmentKey(KeyHash hash, DateTimeOffset now) =>
        new()
        {
            Id = EnvironmentKeyId,
            Origin = KeyOrigin.Environment,
            Hash = hash,
            Prefix = "(environment)",
            Name = "environment",
            CreatedAt = now,
        };

    private static KeyHash? Secret(IConfiguration configuration, string variable, List<string> errors)
    {
        var secret = configuration[variable];
        if (string.IsNullOrEmpty(secret))
            return null;
        if (secret.Length is < KeySecret.MinLength or > KeySecret.MaxLength)
            errors.Add($"{variable} must have {KeySecret.MinLength} to {KeySecret.MaxLength} characters; it has {secret.Length}.");
        if (secret.Any(c => c is <= ' ' or > '~'))
            errors.Add($"{variable} must consist of visible ASCII characters without spaces, since it is sent in a header.");
        return KeyHash.Of(secret);
    }

    private static void Unique(List<ApiKey> declared, List<string> errors)
    {
        foreach (var twice in declared.GroupBy(key => key.Id).Where(group => group.Count() > 1))
            errors.Add($"Keys: the id {twice.Key} is declared more than once.");
        foreach (var twice in declared.GroupBy(key => key.Hash).Where(group => group.Count() > 1))
            errors.Add($"Keys: {string.Join(" and ", twice.Select(key => key.Name))} have the same secret.");
    }

    private static TimeSpan Time(IConfiguration configuration, string path, TimeSpan standard, TimeSpan max, List<string> errors)
    {
        var text = configuration[path];
        if (string.IsNullOrWhiteSpace(text))
            return standard;
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= TimeSpan.FromMilliseconds(10) && value <= max)
            return value;
        errors.Add($"{path} must be a time like {standard:c}, from 10 ms to {max:c}.");
        return standard;
    }
}
