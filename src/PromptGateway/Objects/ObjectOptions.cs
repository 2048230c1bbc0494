using Microsoft.Extensions.Options;

namespace PromptGateway.Objects;

/// <summary>Section <c>Objects</c>: what is kept about files, batches, stored responses and the like.</summary>
internal sealed class ObjectOptions
{
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
