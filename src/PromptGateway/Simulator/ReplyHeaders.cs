using System.Globalization;

namespace PromptGateway.Simulator;

/// <summary>The headers that OpenAI and Anthropic send with every answer. The limits are generous and never run down.</summary>
internal static class ReplyHeaders
{
    private const long Requests = 10_000;
    private const long Tokens = 30_000_000;

    public static void Set(HttpContext context, string requestId)
    {
        var headers = context.Response.Headers;
        if (ErrorReply.IsAnthropic(context.Request))
        {
            headers["request-id"] = requestId;
            headers["anthropic-organization-id"] = "org_simulator";
            SetLimits(headers, "anthropic-ratelimit-requests", Requests);
            SetLimits(headers, "anthropic-ratelimit-tokens", Tokens);
            return;
        }

        headers["x-request-id"] = requestId;
        headers["openai-organization"] = "org-simulator";
        headers["openai-version"] = "2020-10-01";
        headers["openai-processing-ms"] = "1";
        foreach (var (kind, limit) in new[] { ("requests", Requests), ("tokens", Tokens) })
        {
            headers[$"x-ratelimit-limit-{kind}"] = Text(limit);
            headers[$"x-ratelimit-remaining-{kind}"] = Text(limit - 1);
            headers[$"x-ratelimit-reset-{kind}"] = "6ms";
        }
    }

    private static void SetLimits(IHeaderDictionary headers, string prefix, long limit)
    {
        headers[$"{prefix}-limit"] = Text(limit);
        headers[$"{prefix}-remaining"] = Text(limit - 1);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
