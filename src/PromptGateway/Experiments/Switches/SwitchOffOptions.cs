using Microsoft.Extensions.Options;

namespace PromptGateway.Experiments.Switches;

/// <summary>Section <c>SwitchOff</c>: when an experiment is stopped because its policy does harm.</summary>
internal sealed class SwitchOffOptions
{
    public const string Section = "SwitchOff";

    /// <summary>Whether experiments are watched.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The chance, over its whole life, that a harmless policy is switched off for a model.</summary>
    public double Alpha { get; set; } = 0.05;

    /// <summary>How much larger the share of failed requests may be.</summary>
    public double ErrorMargin { get; set; } = 0.01;

    /// <summary>How much larger the share of requests that needed a second attempt may be.</summary>
    public double RetryMargin { get; set; } = 0.02;

    /// <summary>How much larger the share of answers with unreadable tool calls may be.</summary>
    public double ToolCallMargin { get; set; } = 0.01;

    /// <summary>How much lower feedback may be, on its scale from -1 to 1.</summary>
    public double FeedbackMargin { get; set; } = 0.1;

    /// <exception cref="OptionsValidationException">Holds every mistake of the section.</exception>
    public static SwitchOffOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection(Section).Get<SwitchOffOptions>() ?? new SwitchOffOptions();
        string[] errors = [.. options.Validate()];
        return errors.Length == 0 ? options : throw new OptionsValidationException(Section, typeof(SwitchOffOptions), errors);
    }

    private IEnumerable<string> Validate()
    {
        if (Alpha is not (> 0 and <= 0.5))
            yield return $"{Section}:Alpha is {Alpha}, expected more than 0 and at most 0.5";
        foreach (
            var (name, margin, most) in ((string, double, double)[])
                [
                    (nameof(ErrorMargin), ErrorMargin, 1),
                    (nameof(RetryMargin), RetryMargin, 1),
                    (nameof(ToolCallMargin), ToolCallMargin, 1),
                    (nameof(FeedbackMargin), FeedbackMargin, 2),
                ]
        )
            if (!(margin >= 0 && margin < most))
                yield return $"{Section}:{name} is {margin}, expected 0 to less than {most}";
    }
}
