namespace PromptGateway.Tokens;

/// <summary>
/// OpenAI's patch models: patches of 32 x 32 pixels; an image of more than <paramref name="Budget"/> is scaled down until
/// its patches fit, whole patches along both sides; their number times <paramref name="Multiplier"/> is billed.
/// </summary>
/// <param name="Multiplier">Billed tokens per patch.</param>
/// <param name="Budget">The most patches of an image.</param>
/// <param name="MaxSide">The longest side in pixels before anything else; images beyond are scaled down.</param>
internal sealed record PatchImageRule(double Multiplier, int Budget, int MaxSide = int.MaxValue) : ImageRule
{
    private const int Patch = 32;

    // Low detail looks at the image within 512 x 512.
    private const int LowSide = 512;

    public override int Tokens(ImageSize size, ImageDetail detail)
    {
        var fit = detail switch
        {
            ImageDetail.Low => Fit(size, LowSide),
            ImageDetail.Original => 1,
            _ => Fit(size, MaxSide),
        };
        var patches = Patches(size.Width * fit, size.Height * fit, detail == ImageDetail.Original ? int.MaxValue : Budget);
        return (int)Math.Min(int.MaxValue / 2, Math.Ceiling(patches * Multiplier));
    }

    private static double Patches(double width, double height, int budget)
    {
        var whole = (double)Cells(width, Patch) * Cells(height, Patch);
        if (whole <= budget)
            return whole;
        var shrink = Math.Sqrt((double)Patch * Patch * budget / (width * height));
        double across = width * shrink / Patch,
            down = height * shrink / Patch;
        shrink = Math.Min(Math.Max(1, Math.Floor(across)) / across, Math.Max(1, Math.Floor(down)) / down);
        return Math.Min(budget, (double)Cells(across * shrink, 1) * Cells(down * shrink, 1));
    }
}
