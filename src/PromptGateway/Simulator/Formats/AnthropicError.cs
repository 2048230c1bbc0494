using System.Text.Json.Nodes;
using PromptGateway.Chat;

namespace PromptGateway.Simulator.Formats;

/// <summary>Anthropic's error body.</summary>
internal static class AnthropicError
{
    public static JsonObject Body(Rejection error, string requestId) =>
        new()
        {
            ["type"] = "error",
            ["error"] = Detail(error),
            ["request_id"] = requestId,
        };

    public static JsonObject Detail(Rejection error) => new() { ["type"] = Type(error.Status), ["message"] = error.Message };

    private static string Type(int status) =>
        status switch
        {
            401 => "authentication_error",
            402 => "billing_error",
            403 => "permission_error",
            404 => "not_found_error",
            409 => "conflict_error",
            413 => "request_too_large",
            429 => "rate_limit_error",
            504 => "timeout_error",
            503 or 529 => "overloaded_error",
            >= 500 => "api_error",
            _ => "invalid_request_error",
        };
}
