namespace PromptGateway.Tokens;

/// <summary>
/// OpenAI's tile models: scaled down into 2048 x 2048, then until the shorter side is at most 768; each tile of
/// 512 x 512 costs <paramref name="PerTile"/> on top of <paramref name="Base"/>. Low detail is the base alone.
/// </summary>
internal sealed record TileImageRule(int Base, int PerTile) : ImageRule
{
    public override int Tokens(ImageSize size, ImageDetail detail)
    {
        if (detail == ImageDetail.Low)
            return Base;
        var scale = Fit(size, 2048);
        scale *= Math.Min(1, 768 / (Math.Min(size.Width, size.Height) * scale));
        return Base + (PerTile * Cells(size.Width * scale, 512) * Cells(size.Height * scale, 512));
    }
}
