namespace PromptGateway.Prompts;

/// <summary>
/// The first part of a form, up to its <c>model</c> field: held, so that the model can be checked before anything is sent; the rest
/// of the body streams through. Left on the request by <c>ReadPromptStage</c>.
/// </summary>
internal sealed class FormPrefix
{
    public required PooledBody Body { get; init; }

    /// <summary>What follows, as the client sends it. The request's own body is another one once an attempt has been made.</summary>
    public required Stream Rest { get; init; }

    /// <summary>Bytes of the whole form as the client sends it; null: it does not say.</summary>
    public required long? Length { get; init; }

    /// <summary>Where the model's name lies; null when the form has none.</summary>
    public Range? Model { get; init; }

    public string? ReadModelName() => Model is { } range ? System.Text.Encoding.UTF8.GetString(Body.Span[range]) : null;

    /// <summary>True when <see cref="Body"/> is the whole form.</summary>
    public bool Complete { get; init; }
}
