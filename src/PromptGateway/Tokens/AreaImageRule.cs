namespace PromptGateway.Tokens;

/// <summary>Anthropic's rule of thumb: pixels divided by <paramref name="PixelsPerToken"/>, at most <paramref name="Most"/>.</summary>
internal sealed record AreaImageRule(int PixelsPerToken, int Most) : ImageRule
{
    public override int Tokens(ImageSize size, ImageDetail detail) =>
        (int)Math.Clamp((((long)size.Width * size.Height) + PixelsPerToken - 1) / PixelsPerToken, 1, Most);
}
