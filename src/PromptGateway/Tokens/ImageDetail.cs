namespace PromptGateway.Tokens;

/// <summary>How closely a model is asked to look at an image (OpenAI's <c>detail</c>).</summary>
internal enum ImageDetail
{
    /// <summary><c>auto</c> or absent; counted as <see cref="High"/>.</summary>
    Auto,
    Low,
    High,

    /// <summary>The image's own size, where the model takes it.</summary>
    Original,
}
