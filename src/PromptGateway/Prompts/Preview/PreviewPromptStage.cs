using System.Buffers;
using System.Text.Json;
using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Json;
using PromptGateway.Keys;
using PromptGateway.Prompts.Asking;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Routing;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Preview;

/// <summary>
/// Answers <c>POST /v1/prompts/optimize</c> and <c>/v1/prompts/restore</c> itself: the payload goes nowhere, nothing is charged, no limit or
/// budget is touched and the ledger gets no row; request metrics and the request log count them. Only a policy that asks a model does so
/// here too, which is budgeted and booked as it is for a request.
/// </summary>
internal sealed class PreviewPromptStage(
    RequestDelegate next,
    PromptOptions options,
    PromptPreviewer previewer,
    PreviewQueue queue,
    RestoreMemory memory,
    UpstreamCatalog catalog,
    PolicyAsking asking,
    OptimizationCatalog policies
)
{
    /// <summary>Counted as the newest OpenAI models count, where a payload names no model.</summary>
    public const string UsualModel = "gpt-4o";
    private static readonly OptimizationPolicy Off = new(PolicyChooser.Off, []);

    public Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.Noun<GatewayEndpoint>();
        if (endpoint.Operation is not (Operation.OptimizePrompt or Operation.RestorePrompt))
            return next(context);
        if (HttpMethods.IsPost(context.Request.Method))
            return AnswerAsync(context, endpoint);
        context.Response.Headers.Allow = HttpMethods.Post;
        return context.RejectAsync(PreviewRejection.WrongMethod(context.Request.Path));
    }

    private async Task AnswerAsync(HttpContext context, GatewayEndpoint endpoint)
    {
        var (format, rejection) = ReadFormat(context.Request.Query["format"]);
        if (rejection is not null)
        {
            await context.RejectAsync(rejection);
            return;
        }
        (var pooled, rejection) = await BodyReading.ReadAsync(context.Request, options.MaxBodyBytes, context.RequestAborted);
        if (pooled is null)
        {
            await context.RejectAsync(rejection!);
            return;
        }
        using (pooled)
        {
            string? patch = null;
            var sent = endpoint.Operation == Operation.RestorePrompt ? RestoreRequest.Unwrap(pooled.Memory, out patch) : pooled.Memory;
            rejection = Read(sent.Span, ref format, out var model, out var payload);
            if (rejection is null)
            {
                context.SetNoun(new RequestedModel(model));
                rejection =
                    endpoint.Operation == Operation.OptimizePrompt
                        ? await OptimizeAsync(context, payload, format!.Value, model)
                        : await RestoreAsync(context, payload, format!.Value, patch);
            }
        }
        if (rejection is null)
            return;
        // Whoever sends such a payload reads Anthropic's errors.
        if (format == RequestFormat.Messages)
            context.SetNoun(EndpointTable.Resolve(context.Request.Method, context.Request.Path.Value!, anthropic: true, contentType: null));
        await context.RejectAsync(rejection);
    }

    private async Task<Rejection?> OptimizeAsync(HttpContext context, byte[] payload, RequestFormat format, string? model)
    {
        var served = model is not null && catalog.Current.Resolve(model) is { } resolution ? resolution.All[0] : null;
        // The model behind an alias decides how tokens are counted.
        var counted = served?.Model ?? model ?? UsualModel;
        var header = context.Request.Headers[OptimizationHeaders.Optimize].ToString();
        var (policy, rejection) = FindPolicy(header, context.Noun<Caller>(), model, counted);
        if (policy is null)
            return rejection;
        if (policies.Current.LacksModel(policy))
            return OptimizationRejection.NoModel(policy.Name);
        var target = served is null ? null : PromptTarget.Of(served);
        var asked = await AskAsync(context, payload, format, policy, target ?? PromptTarget.Unknown);
        var preview = await queue.TryRunAsync(
            context.Noun<Caller>().Id,
            () => previewer.Preview(payload, format, asked?.Policy ?? policy, counted, target),
            context.RequestAborted
        );
        if (preview is null)
            return PreviewRejection.Busy;
        preview = preview with { Rewritten = asked?.Rewritten };
        if (preview.Steps.Any(step => step.Report.SkippedBecause == SkipReason.NotParsed))
            return PreviewRejection.NotOfFormat(PromptFormats.NameOf(format));
        if (preview.Restore is { } patch)
            memory.Remember(preview.Request, format, context.Noun<Caller>().Id, patch);
        var output = new ArrayBufferWriter<byte>(payload.Length + 4096);
        PreviewJson.Write(output, preview);
        await SendAsync(context, output.WrittenMemory);
        return null;
    }

    /// <summary>A policy that asks a model asks it here too: on the caller's account, and remembered for the request itself.</summary>
    private async Task<AskedPolicy?> AskAsync(
        HttpContext context,
        byte[] payload,
        RequestFormat format,
        OptimizationPolicy policy,
        PromptTarget target
    )
    {
        if (!policy.AsksModel)
            return null;
        return await asking.AskAsync(
            payload,
            format,
            policy,
            target,
            policies.Current.Ask,
            Asker.Of(context, policy.Name),
            context.RequestAborted
        );
    }

    private async Task<Rejection?> RestoreAsync(HttpContext context, byte[] payload, RequestFormat format, string? patch)
    {
        var caller = context.Noun<Caller>().Id;
        var restored = await queue.TryRunAsync(caller, () => Restore(payload, format, patch, caller) ?? [], context.RequestAborted);
        if (restored is null)
            return PreviewRejection.Busy;
        if (restored.Length == 0)
            return patch is null ? PreviewRejection.NotOfFormat(PromptFormats.NameOf(format)) : PreviewRejection.WrongPatch;
        await SendAsync(context, restored);
        return null;
    }

    private byte[]? Restore(byte[] payload, RequestFormat format, string? patch, string caller)
    {
        if (patch is not null)
            return Restorer.Restore(payload, format, patch);
        return memory.Find(payload, format, caller) is { } remembered
            ? Restorer.Restore(payload, format, remembered) ?? Restorer.Restore(payload, format)
            : Restorer.Restore(payload, format);
    }

    private static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }

    private static (RequestFormat?, Rejection?) ReadFormat(string? name) =>
        name is not { Length: > 0 } ? (null, null)
        : PromptFormats.TryParse(name, out var known) ? (known, null)
        : (null, PreviewRejection.UnknownFormat(name));

    /// <summary>Checks the payload as strictly as the endpoint it is meant for would.</summary>
    private static Rejection? Read(ReadOnlySpan<byte> body, ref RequestFormat? format, out string? model, out byte[] payload)
    {
        (model, payload) = (null, []);
        using var members = JsonMemberList.Rent();
        var scan = JsonObjectScan.Scan(body, members);
        if (!scan.IsValid)
            return Rejection.BadRequest("invalid_json", scan.Message);
        if (format is { } named && !PromptFormats.Fits(body, members, named))
            return PreviewRejection.NotOfFormat(PromptFormats.NameOf(named));
        format ??= PromptFormats.Detect(body, members);
        if (format is null)
            return PreviewRejection.NoFormat;
        if (members.TryFind(body, "model"u8, out var member) && member.Kind is not JsonValueKind.Null)
        {
            if (!JsonValueRead.TryGetString(body, member, out var name))
                return Rejection.BadRequest("invalid_type", "'model' must be a string.", "model");
            if (name.Length is 0 or > PromptReading.LongestModelName)
                return Rejection.BadRequest("invalid_value", "'model' is empty or too long.", "model");
            model = name;
        }
        payload = body.ToArray();
        return null;
    }

    /// <summary>The one that the header names, else what the request itself would get. Keys that may not choose may still look.</summary>
    private (OptimizationPolicy?, Rejection?) FindPolicy(string header, Caller caller, string? model, string counted)
    {
        var settings = policies.Current;
        var choice = PolicyChooser.Configured(settings, caller, model, counted, out _);
        if (header.Length > 0)
        {
            if (PolicyChooser.Asked(settings, choice, header.Trim()) is not { } asked)
                return (null, OptimizationRejection.UnknownPolicy(header, settings));
            choice = asked;
        }
        return (choice.IsOff ? Off : choice.Policy, null);
    }
}
