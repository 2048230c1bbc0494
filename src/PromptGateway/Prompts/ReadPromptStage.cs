using Microsoft.AspNetCore.Http.Features;
using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Keys;

namespace PromptGateway.Prompts;

/// <summary>Reads and checks the body: JSON whole, forms up to their model, other bodies not at all. Refuses with 400, 413 or 415.</summary>
internal sealed class ReadPromptStage(RequestDelegate next, PromptOptions options, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.Noun<GatewayEndpoint>();
        switch (endpoint.Body)
        {
            case BodyKind.Json:
                return ReadJsonAsync(context, endpoint);
            case BodyKind.Multipart:
                return ReadFormAsync(context, endpoint);
            default:
                if (context.FindNoun<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                    limit.MaxRequestBodySize = options.MaxUploadBytes;
                if (endpoint.Operation == Operation.Realtime)
                    return ReadQueryAsync(context);
                return next(context);
        }
    }

    /// <summary>
    /// A WebSocket names its model in the address. Those that only transcribe, or join a call that has its model already, name none there.
    /// </summary>
    private Task ReadQueryAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var model = query["model"];
        if (model.Count == 0 && (query["intent"] is ["transcription"] || query["call_id"] is [{ Length: > 0 }]))
            context.SetNoun(RequestedModel.None);
        else if (model is [{ Length: > 0 and <= PromptReading.LongestModelName } named])
            context.SetNoun(new RequestedModel(named));
        else
            return context.RejectAsync(
                Rejection.BadRequest(
                    "missing_required_parameter",
                    "Name the model in the query: /v1/realtime?model=... Only sessions that transcribe (?intent=transcription) and those that "
                        + "join a call (?call_id=...) may leave it out.",
                    "model"
                )
            );
        return next(context);
    }

    private async Task ReadJsonAsync(HttpContext context, GatewayEndpoint endpoint)
    {
        var asked = time.GetTimestamp();
        var (body, rejection) = await BodyReading.ReadAsync(context.Request, options.MaxBodyBytes, context.RequestAborted);
        if (body is null)
        {
            await RefuseUnreadAsync(context, rejection!);
            return;
        }
        var waited = time.GetTimestamp() - asked;
        using (body)
        {
            (var prompt, rejection) = PromptReading.Read(body, endpoint.ModelRequired, endpoint.Operation);
            if (prompt is null)
            {
                await context.RejectAsync(rejection!);
                return;
            }
            prompt.ClientWait = waited;
            context.SetNoun(prompt);
            await ContinueAsync(context, prompt.ReadModelName());
        }
    }

    private async Task ReadFormAsync(HttpContext context, GatewayEndpoint endpoint)
    {
        if (context.FindNoun<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = options.MaxUploadBytes;
        var restricted = context.Noun<Caller>().Models is not null;
        var (form, rejection) = await FormReading.ReadAsync(
            context.Request,
            options.MaxFormPrefixBytes,
            restricted,
            context.RequestAborted
        );
        if (form is null)
        {
            await RefuseUnreadAsync(context, rejection!);
            return;
        }
        using (form.Body)
        {
            if (form.Model is null && endpoint.ModelRequired)
            {
                await context.RejectAsync(Rejection.BadRequest("missing_required_parameter", "The form has no 'model' field.", "model"));
                return;
            }
            context.SetNoun(form);
            await ContinueAsync(context, form.ReadModelName());
        }
    }

    /// <summary>The name goes into the ledger and into messages, so it is bounded.</summary>
    private Task ContinueAsync(HttpContext context, string? model)
    {
        if (model?.Length > PromptReading.LongestModelName)
            return context.RejectAsync(Rejection.BadRequest("invalid_value", "'model' is too long.", "model"));
        context.SetNoun(new RequestedModel(model));
        return next(context);
    }

    /// <summary>The rest of the body is not wanted: the connection cannot be used again, and HTTP/1.1 clients are told so.</summary>
    private static Task RefuseUnreadAsync(HttpContext context, Rejection rejection)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol))
            context.Response.Headers.Connection = "close";
        return context.RejectAsync(rejection);
    }
}
