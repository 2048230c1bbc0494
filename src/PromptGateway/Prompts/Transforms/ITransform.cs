namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// One way to make a prompt smaller or cheaper: an <see cref="IPromptTransform"/> for its texts one by one, or an
/// <see cref="IPromptEdit"/> for its messages and members.
/// </summary>
internal interface ITransform
{
    /// <summary>As configured and reported, in lower case with hyphens.</summary>
    string Name { get; }

    TransformClass Class { get; }
}
