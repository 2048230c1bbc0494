namespace PromptGateway.Tokens;

/// <summary>Gemini: 258 tokens for an image within 384 x 384, else 258 for each tile of 768 x 768.</summary>
internal sealed record GeminiImageRule : ImageRule
{
    private const int PerTile = 258;

    public override int Tokens(ImageSize size, ImageDetail detail) =>
        size is { Width: <= 384, Height: <= 384 }
            ? PerTile
            : (int)Math.Min(int.MaxValue / 2, (long)PerTile * Cells(size.Width, 768) * Cells(size.Height, 768));
}
