using Microsoft.Extensions.Options;

namespace PromptGateway.Objects;

/// <summary>Section <c>Objects</c>: what is kept about files, batches, stored responses and the like.</summary>
internal sealed class ObjectOptions
{
    /// <summary>
    /// Who may use a file, batch, stored response, ... besides the key that made it: <c>key</c>: nobody, <c>team</c> (default): keys of the
    /// same team, <c>shared</c>: every key that may use the upstream.
    /// </summary>
    public ObjectAccess Access { get; set; } = ObjectAccess.Team;

    /// <summary>
    /// Objects that the gateway does not know, because they were made before it knew any or past it: <c>shared</c> (default) or
    /// <c>refused</c>.
    /// </summary>
    public UnknownAccess Unknown { get; set; }

    /// <summary>Days after which an object is forgotten; what was not read by then is not charged any more. Default 365.</summary>
    public int KeepDays { get; set; } = 365;

    /// <summary>The oldest beyond so many are forgotten. Default 1,000,000, some 300 MB.</summary>
    public int Most { get; set; } = 1_000_000;

    /// <exception cref="OptionsValidationException">Says what is wrong.</exception>
    public static ObjectOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection("Objects").Get<ObjectOptions>() ?? new ObjectOptions();
        string[] errors = [.. options.Faults()];
        return errors.Length == 0 ? options : throw new OptionsValidationException("Objects", typeof(ObjectOptions), errors);
    }

    private IEnumerable<string> Faults()
    {
        if (KeepDays is < 31 or > 36_500)
            yield return $"Objects:KeepDays is {KeepDays}, expected 31 to 36500: providers keep results for 30 days";
        if (Most < 1_000)
            yield return $"Objects:Most is {Most}, expected at least 1000";
    }
}
