using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// <c>cache-hints</c>: helps the provider's prompt cache. For Anthropic it puts <c>cache_control</c> on the boundary of tools and system
/// text and on the end of the history; for OpenAI it adds a <c>prompt_cache_key</c> that all requests of a conversation share. What the
/// model reads does not change. Writing Anthropic's cache costs a quarter more than plain input and reading it a tenth, so it acts only on
/// conversations that have shown that they go on: from the second answer of the model on, or when it is at work with tools. A client that
/// sets its own breakpoints on messages is left alone.
/// </summary>
internal sealed class CacheHintsTransform : IPromptEdit
{
    public string Name => "cache-hints";

    public TransformClass Class => TransformClass.Lossless;

    public bool BeforeTexts => false;

    public string? Edit(PromptDraft draft)
    {
        var ordered = ToolOrder.Edit(draft);
        var skipped = draft.Format == RequestFormat.Messages ? CacheBreakpoints.Edit(draft) : CacheKey.Edit(draft);
        return ordered ? null : skipped;
    }
}
