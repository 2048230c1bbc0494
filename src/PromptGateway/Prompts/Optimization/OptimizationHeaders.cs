using System.Globalization;

namespace PromptGateway.Prompts.Optimization;

/// <summary>Headers in which callers say what is to be optimized, and are told what was. None of them goes upstream.</summary>
internal static class OptimizationHeaders
{
    /// <summary>On a request: <c>off</c>, <c>shadow</c>, <c>on</c>, or the name of a policy.</summary>
    public const string Optimize = "X-PromptGateway-Optimize";

    /// <summary>On a response: prompt tokens, estimated.</summary>
    public const string TokensSaved = "X-PromptGateway-Tokens-Saved";

    /// <summary>On a response: the policy that was applied, or <c>off</c>.</summary>
    public const string Policy = "X-PromptGateway-Optimization-Policy";

    /// <summary>On a response: names this optimization in feedback.</summary>
    public const string Id = "X-PromptGateway-Optimization-Id";

    /// <summary>On a response: <c>true</c> when a model rewrote the prompt that was answered.</summary>
    public const string Rewritten = "X-PromptGateway-Prompt-Rewritten";

    private const string RequestPrefix = "req_";
    private const string OptimizationPrefix = "opt_";

    /// <param name="requestId">The gateway's own id of the request, as in the ledger.</param>
    public static string IdOf(string requestId) =>
        OptimizationPrefix
        + (requestId.StartsWith(RequestPrefix, StringComparison.Ordinal) ? requestId[RequestPrefix.Length..] : requestId);

    public static void Write(IHeaderDictionary headers, PromptOptimization optimization, string requestId)
    {
        headers[Policy] = optimization.Policy ?? OptimizationMode.Off;
        headers[TokensSaved] = (optimization.Result?.TokensSaved ?? 0).ToString(CultureInfo.InvariantCulture);
        if (optimization.Asked?.Rewritten is { } rewritten)
            headers[Rewritten] = rewritten.Improved is null ? "false" : "true";
        headers[Id] = IdOf(requestId);
    }

    /// <summary>The ledger's id of the request that was optimized; null when this is no such id.</summary>
    public static string? RequestIdOf(string id) =>
        id.StartsWith(OptimizationPrefix, StringComparison.Ordinal) ? RequestPrefix + id[OptimizationPrefix.Length..] : null;
}
