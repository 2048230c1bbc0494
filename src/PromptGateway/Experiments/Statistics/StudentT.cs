namespace PromptGateway.Experiments.Statistics;

/// <summary>Student's t distribution.</summary>
internal static class StudentT
{
    /// <summary>97.5 % quantile of the normal distribution.</summary>
    public const double Normal = 1.959963984540054;

    /// <summary>One to four degrees of freedom.</summary>
    private static readonly double[] Few = [12.706204736, 4.302652730, 3.182446305, 2.776445105];

    /// <summary>
    /// The 97.5 % quantile, half the width of a two-sided 95 % interval: for few degrees of freedom that of the next lower whole number, else
    /// the expansion in 1/df around the normal quantile (Abramowitz and Stegun 26.7.5), right to three digits.
    /// </summary>
    public static double Quantile975(double degrees)
    {
        if (degrees < Few.Length + 1)
            return Few[Math.Max(0, (int)degrees - 1)];
        const double z = Normal;
        var (z3, z5, z7) = (Math.Pow(z, 3), Math.Pow(z, 5), Math.Pow(z, 7));
        return z
            + (z3 + z) / (4 * degrees)
            + (5 * z5 + 16 * z3 + 3 * z) / (96 * degrees * degrees)
            + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * Math.Pow(degrees, 3));
    }
}
