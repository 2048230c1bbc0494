using System.Text.Json;
using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Json;
using PromptGateway.Prompts;

namespace PromptGateway.Forwarding;

/// <summary>
/// Makes the request body for the chosen target, always from the client's own bytes: the edits of the optimizer, the model's name there,
/// and the demand for usage. Everything else keeps its bytes.
/// </summary>
internal sealed class TranslateStage(RequestDelegate next, TimeProvider time)
{
    private static readonly ReadOnlyMemory<byte> True = "true"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Options = "{\"include_usage\":true}"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Member = ",\"stream_options\":{\"include_usage\":true}"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> OnlyOption = "\"include_usage\":true"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> FirstOption = "\"include_usage\":true,"u8.ToArray();

    public Task InvokeAsync(HttpContext context)
    {
        var attempt = context.Noun<Attempt>();
        if (context.FindNoun<Prompt>() is { } prompt)
            Replay(context, attempt, prompt);
        else if (context.FindNoun<FormPrefix>() is { } form)
            Replay(context, attempt, form);
        if (context.Request is { Body: not SplicedBodyStream } request && IsUpload(request.Method))
            request.Body = new PassingBody(request.Body, attempt, time);
        return next(context);
    }

    private static bool IsUpload(string method) => HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsPatch(method);

    private static void Replay(HttpContext context, Attempt attempt, Prompt prompt)
    {
        var splice = prompt.Optimized is { } optimized ? new JsonSplice(optimized.Body) : new JsonSplice(prompt.Body.Memory);
        if (prompt.Model.Kind == JsonValueKind.String && attempt.Target.Model is not null)
            ReplaceModel(splice, prompt, attempt);
        var operation = context.Noun<GatewayEndpoint>().Operation;
        if (
            prompt.Stream
            && operation is Operation.Chat or Operation.Completion
            && !prompt.WantsUsage
            && !attempt.OmitsStreamOptions
            && !attempt.Target.Upstream.RejectsStreamOptions
        )
            DemandUsage(splice, prompt, attempt);
        context.Request.Body = new SplicedBodyStream(splice);
        context.Request.ContentLength = splice.Length;
    }

    private static void ReplaceModel(JsonSplice splice, Prompt prompt, Attempt attempt)
    {
        var wanted = attempt.Target.ModelJson;
        if (
            !prompt.Model.RawValue(prompt.Body.Span).SequenceEqual(wanted.Span)
            && !JsonValueRead.StringEquals(prompt.Body.Span, prompt.Model, Unquoted(wanted))
        )
            splice.ReplaceValue(prompt.Model, wanted);
    }

    private static ReadOnlySpan<byte> Unquoted(ReadOnlyMemory<byte> literal) => literal.Span[1..^1];

    /// <summary>Usage is always asked for, so that no client can avoid the meter; the answer is cleaned of it again (decision 3).</summary>
    private static void DemandUsage(JsonSplice splice, Prompt prompt, Attempt attempt)
    {
        attempt.InjectedUsage = true;
        if (prompt.IncludeUsage.Kind != JsonValueKind.Undefined)
            splice.ReplaceValue(prompt.IncludeUsage, True);
        else if (prompt.StreamOptions.Kind == JsonValueKind.Object)
            splice.Insert(prompt.StreamOptions.ValueStart + 1, prompt.StreamOptionsEmpty ? OnlyOption : FirstOption);
        else if (prompt.StreamOptions.Kind == JsonValueKind.Null)
            splice.ReplaceValue(prompt.StreamOptions, Options);
        else
            splice.Insert(prompt.ObjectClose, Member);
    }

    private static void Replay(HttpContext context, Attempt attempt, FormPrefix form)
    {
        var splice = new JsonSplice(form.Body.Memory);
        if (form.Model is { } range && attempt.Target.Model is { } model && form.ReadModelName() != model)
            splice.Replace(range.Start.Value, range.End.Value - range.Start.Value, System.Text.Encoding.UTF8.GetBytes(model));
        if (form.Length is { } length)
            context.Request.ContentLength = length + splice.Length - splice.Source.Length;
        var prefix = new SplicedBodyStream(splice);
        context.Request.Body = form.Complete ? prefix : new PrefixedStream(prefix, form.Rest);
    }
}
