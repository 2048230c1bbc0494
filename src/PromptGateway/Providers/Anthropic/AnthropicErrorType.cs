namespace PromptGateway.Providers.Anthropic;

/// <summary>Anthropic's <c>error.type</c>, which follows from the status (wire.md section c).</summary>
internal static class AnthropicErrorType
{
    public static string Of(int status) =>
        status switch
        {
            401 => "authentication_error",
            402 => "billing_error",
            403 => "permission_error",
            404 => "not_found_error",
            409 => "conflict_error",
            413 => "request_too_large",
            429 => "rate_limit_error",
            503 or 529 => "overloaded_error",
            504 => "timeout_error",
            >= 500 => "api_error",
            _ => "invalid_request_error",
        };
}
