namespace PromptGateway.Tokens;

/// <summary>How a model family turns an image's size into tokens.</summary>
internal abstract record ImageRule
{
    // Scaled sizes that are whole numbers on paper come out a hair above them in floating point.
    private const double Tolerance = 1e-6;

    /// <summary>The tokens of an image of that size.</summary>
    public abstract int Tokens(ImageSize size, ImageDetail detail);

    /// <summary>How many cells of <paramref name="side"/> pixels cover <paramref name="length"/>; at least 1.</summary>
    protected static int Cells(double length, int side) => Math.Max(1, (int)Math.Ceiling((length / side) - Tolerance));

    /// <summary>The factor, at most 1, that brings the longer side down to <paramref name="longest"/>.</summary>
    protected static double Fit(ImageSize size, double longest) => Math.Min(1, longest / Math.Max(size.Width, size.Height));
}
