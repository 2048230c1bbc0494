using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Optimization;

/// <summary>
/// Tells cheaply that a body holds no tool result, so that it need not be mapped. The words that it looks for stand with their quotes
/// nowhere but as themselves: inside a text the quotes are escaped. A client that escapes letters of these words is not optimized.
/// </summary>
internal static class ToolResultProbe
{
    /// <summary>False: certainly none.</summary>
    public static bool MayHave(ReadOnlySpan<byte> body, RequestFormat format) =>
        format switch
        {
            RequestFormat.ChatCompletions => HasRole(body),
            // "function_call_output" and "custom_tool_call_output".
            RequestFormat.Responses => body.IndexOf("call_output\""u8) >= 0,
            RequestFormat.Messages => body.IndexOf("\"tool_result\""u8) >= 0,
            _ => false,
        };

    /// <summary>The role <c>tool</c>, or <c>function</c> in old requests; tools that are only offered have neither.</summary>
    private static bool HasRole(ReadOnlySpan<byte> body)
    {
        while (body.IndexOf("\"role\""u8) is >= 0 and var at)
        {
            body = body["\"role\"".Length..][at..];
            var value = body.TrimStart(": \t\r\n"u8);
            if (value.StartsWith("\"tool\""u8) || value.StartsWith("\"function\""u8))
                return true;
        }
        return false;
    }
}
