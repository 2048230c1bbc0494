using System.Text.Json.Nodes;
using PromptGateway.Chat;

namespace PromptGateway.Simulator.Formats;

/// <summary>OpenAI's error body: all four keys are always present.</summary>
internal static class OpenAIError
{
    public static JsonObject Body(Rejection error) => new() { ["error"] = Detail(error) };

    public static JsonObject Detail(Rejection error) =>
        new()
        {
            ["message"] = error.Message,
            ["type"] = error.Type,
            ["param"] = error.Param,
            ["code"] = error.Code.Length == 0 ? null : error.Code,
        };

    /// <summary>OpenAI's <c>type</c> and <c>code</c> for a status.</summary>
    public static (string Type, string Code) Of(int status) =>
        status switch
        {
            401 => ("invalid_request_error", "invalid_api_key"),
            403 => ("invalid_request_error", "unsupported_country_region_territory"),
            404 => ("invalid_request_error", "model_not_found"),
            429 => ("requests", "rate_limit_exceeded"),
            503 or 529 => ("server_error", "overloaded"),
            >= 500 => ("server_error", ""),
            _ => ("invalid_request_error", ""),
        };
}
