using PromptGateway.Chat;
using PromptGateway.Keys;

namespace PromptGateway.Routing;

/// <summary>Why a request can go nowhere.</summary>
internal static class RoutingRejection
{
    private const int LongestShown = 80;

    public static Rejection UnknownModel(string model, IReadOnlyList<string> near)
    {
        var hint = near.Count == 0 ? "GET /v1/models lists what this key may use." : $"Did you mean {string.Join(" or ", near)}?";
        return new(404, "invalid_request_error", "model_not_found", $"The model '{Shown(model)}' is not served by any upstream. {hint}")
        {
            Param = "model",
        };
    }

    public static Rejection NotAllowed(Caller caller, string model) =>
        new(
            403,
            "invalid_request_error",
            "model_not_allowed",
            $"The key '{caller.Name}' may not use the model '{Shown(model)}'. GET /v1/models lists what it may use."
        )
        {
            Param = "model",
        };

    public static Rejection ModelCannotBeChecked(Caller caller) =>
        new(
            403,
            "invalid_request_error",
            "path_not_allowed",
            $"The key '{caller.Name}' is restricted to certain models, and which model this path would use cannot be checked. Use a key without a model restriction."
        );

    public static readonly Rejection HandsOutCredentials = new(
        403,
        "invalid_request_error",
        "path_not_allowed",
        "This path would give out a credential of the provider, past the gateway's meter. Open the WebSocket /v1/realtime?model=... (or ?intent=transcription) here instead."
    );

    public static Rejection OtherApi(string model, ModelResolution resolution, Dialect dialect, Caller caller)
    {
        if (resolution.For(dialect, caller.PassThroughSecret is null).Length > 0)
            return caller.PassThroughSecret is null
                ? new(
                    403,
                    "invalid_request_error",
                    "key_required",
                    $"The model '{Shown(model)}' is only served with the caller's own provider key."
                )
                : new(
                    401,
                    "invalid_request_error",
                    "invalid_api_key",
                    $"The model '{Shown(model)}' is served only to keys of this gateway."
                );
        var path = dialect == Dialect.Anthropic ? "/v1/chat/completions or /v1/responses" : "/v1/messages";
        return Rejection.BadRequest(
            "unsupported_api",
            $"The upstream '{resolution.All[0].Upstream.Id}' that serves '{Shown(model)}' does not speak this API. Use {path} for this model.",
            "model"
        );
    }

    public static Rejection NoUpstream(Dialect dialect, string named) =>
        named.Length > 0
            ? Rejection.BadRequest(
                "unknown_upstream",
                $"There is no upstream '{Shown(named)}' that speaks this API ({ChooseTargetsStage.UpstreamHeader})."
            )
            : new(
                404,
                "invalid_request_error",
                "unsupported_path",
                $"No upstream of this gateway speaks the {(dialect == Dialect.Anthropic ? "Anthropic" : "OpenAI")} API."
            );

    private static string Shown(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "...";
}
