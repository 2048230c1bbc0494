using PromptGateway.Experiments.Statistics;

namespace PromptGateway.Experiments.Report;

/// <summary>One figure in both arms; all measured.</summary>
/// <param name="Figure">Its name and unit, for example <c>input_tokens</c> (a request).</param>
/// <param name="Method">How the intervals were made: <c>welch</c> or <c>wilson</c>.</param>
/// <param name="Treatment">Null when nothing was seen.</param>
/// <param name="Control">Null when nothing was seen.</param>
/// <param name="Difference">Treatment less control.</param>
internal sealed record ArmFigure(string Figure, string Method, ArmValue? Treatment, ArmValue? Control, Interval? Difference)
{
    public static ArmFigure Of(string figure, ClusteredMean treatment, ClusteredMean control) =>
        new(
            figure,
            "welch",
            ArmValue.Of(treatment.Count, treatment.Interval()),
            ArmValue.Of(control.Count, control.Interval()),
            treatment.Count > 0 && control.Count > 0 ? ArmValue.Round(ClusteredMean.Difference(treatment, control)) : null
        );

    public static ArmFigure Of(string figure, ClusteredRate treatment, ClusteredRate control) =>
        new(
            figure,
            "wilson",
            ArmValue.Of(treatment.Count, treatment.Interval()),
            ArmValue.Of(control.Count, control.Interval()),
            treatment.Count > 0 && control.Count > 0 ? ArmValue.Round(ClusteredRate.Difference(treatment, control)) : null
        );
}
