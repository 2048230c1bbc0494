using PromptGateway.Chat;

namespace PromptGateway.Simulator;

/// <summary>Ends the handling of a request with an error answer. Thrown while reading a request, never once an answer began.</summary>
internal sealed class RefusedException(Rejection rejection) : Exception(rejection.Message)
{
    public Rejection Rejection { get; } = rejection;

    public static RefusedException Missing(string param) =>
        new(Rejection.BadRequest("missing_required_parameter", $"Missing required parameter: '{param}'.", param));

    public static RefusedException Invalid(string param, string need) =>
        new(Rejection.BadRequest("invalid_value", $"Invalid value for '{param}': {need}.", param));

    public static RefusedException NotFound(string message, string? param = null, string code = "not_found") =>
        new(new Rejection(404, "invalid_request_error", code, message) { Param = param });
}
