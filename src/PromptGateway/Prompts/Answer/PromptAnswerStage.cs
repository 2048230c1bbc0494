using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Endpoints.Inner;
using PromptGateway.Keys;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Preview;
using PromptGateway.Routing;

namespace PromptGateway.Prompts.Answer;

/// <summary>
/// Answers <c>POST /chat</c>: a prompt in, its improvement and the answer out. It makes a chat request of the prompt and sends it through
/// this same pipeline, where it is limited, budgeted, optimized and booked as any other; what comes back is told in a simpler shape.
/// </summary>
internal sealed class PromptAnswerStage(
    RequestDelegate next,
    PromptOptions options,
    OptimizationCatalog policies,
    UpstreamCatalog catalog,
    IServiceProvider services,
    TimeProvider time
)
{
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(500);
    private const string ChatPath = "/v1/chat/completions";

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Noun<GatewayEndpoint>().Operation != Operation.PromptAnswer)
            return next(context);
        if (HttpMethods.IsPost(context.Request.Method))
            return AnswerAsync(context);
        context.Response.Headers.Allow = HttpMethods.Post;
        return context.RejectAsync(PreviewRejection.WrongMethod(context.Request.Path));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var (pooled, rejection) = await BodyReading.ReadAsync(context.Request, options.MaxBodyBytes, context.RequestAborted);
        if (pooled is null)
        {
            await context.RejectAsync(rejection!);
            return;
        }
        PromptAnswerRequest? request;
        using (pooled)
            (request, rejection) = PromptAnswerRequest.Read(pooled.Memory);
        if (request is null)
        {
            await context.RejectAsync(rejection!);
            return;
        }
        context.SetNoun(new RequestedModel(request.Model));
        var call = Start(context, request);
        try
        {
            await call.Started.WaitAsync(context.RequestAborted);
            if (call.Context.Response.StatusCode != StatusCodes.Status200OK)
                await PassAsync(context, call);
            else if (request.Stream)
                await StreamAsync(context, call, request);
            else
                await SendAsync(context, call, request);
        }
        finally
        {
            await call.Body.CompleteAsync();
            // The row of the request is the inner one's; it is over before this one is.
            await call.Completed;
        }
    }

    private InnerCall Start(HttpContext context, PromptAnswerRequest request)
    {
        var caller = context.Noun<Caller>();
        return InnerCall.Start(
            context.GetEndpoint()!,
            services,
            new InnerRequest(context.TraceIdentifier),
            ChatPath,
            ChatBody.Write(request),
            inner =>
            {
                inner.SetNoun(caller);
                ClientSession.Carry(ClientSession.Find(context.Request.Headers), inner.Request.Headers);
                if (PolicyFor(request, context.Request.Headers, caller) is { } policy)
                    inner.Request.Headers[OptimizationHeaders.Optimize] = policy;
            },
            context.RequestAborted
        );
    }

    /// <summary>
    /// What the caller says, in the body or by header; else who calls this endpoint wants the prompt improved, where a model is there for it
    /// and the caller may choose. Null: what the gateway would do.
    /// </summary>
    private string? PolicyFor(PromptAnswerRequest request, IHeaderDictionary headers, Caller caller)
    {
        if (request.Optimize is { } asked)
            return asked;
        if (headers[OptimizationHeaders.Optimize].ToString() is { Length: > 0 } header)
            return header;
        var settings = policies.Current;
        return
            settings.Policies.TryGetValue(BuiltInPolicies.Rewrite.Name, out var rewrite)
            && !settings.LacksModel(rewrite)
            && PolicyChooser.AllowsHeader(settings, caller, request.Model, catalog.Current.Resolve(request.Model)?.All[0].Model)
            ? rewrite.Name
            : null;
    }

    /// <summary>An error is told as it came.</summary>
    private static async Task PassAsync(HttpContext context, InnerCall call)
    {
        var (from, to) = (call.Context.Response, context.Response);
        to.StatusCode = from.StatusCode;
        CopyHeaders(from, to);
        to.ContentType = from.ContentType;
        await call.Body.CopyToAsync(to.Body, context.RequestAborted);
        if (call.Context.FindNoun<Rejection>() is { } rejection)
            context.SetNoun(rejection);
    }

    private static async Task SendAsync(HttpContext context, InnerCall call, PromptAnswerRequest request)
    {
        ChatReply reply;
        try
        {
            reply = ChatReply.Read(await ReadAsync(call.Body, context.RequestAborted));
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            await context.RejectAsync(
                new Rejection(502, "server_error", "upstream_invalid_answer", "The upstream's answer could not be read.")
            );
            return;
        }
        var answer = PromptAnswerJson.Whole(request, reply, call.Context.FindNoun<PromptOptimization>(), context.TraceIdentifier);
        CopyHeaders(call.Context.Response, context.Response);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    private async Task StreamAsync(HttpContext context, InnerCall call, PromptAnswerRequest request)
    {
        var optimization = call.Context.FindNoun<PromptOptimization>();
        CopyHeaders(call.Context.Response, context.Response);
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        var output = context.Response.Body;
        await WriteAsync(output, "prompt", PromptAnswerJson.Prompt(request, optimization), context.RequestAborted);
        string? model = null,
            finish = null,
            usage = null;
        try
        {
            while (await call.Body.NextDataAsync(context.RequestAborted) is { } data)
            {
                if (data.AsSpan().SequenceEqual("[DONE]"u8))
                    break;
                var part = ChatReply.Read(data);
                if (part.Error is { } error)
                {
                    await CutAsync(context, error);
                    return;
                }
                (model, finish, usage) = (part.Model ?? model, part.FinishReason ?? finish, part.Usage ?? usage);
                if ((part.Text ?? part.Refusal) is { Length: > 0 } text)
                    await WriteAsync(output, "delta", PromptAnswerJson.Delta(text), context.RequestAborted);
            }
        }
        catch (Exception e) when (e is JsonException or IOException && !context.RequestAborted.IsCancellationRequested)
        {
            await CutAsync(
                context,
                """{"message":"The answer ended before it was complete.","type":"server_error","param":null,"code":"upstream_cut"}"""
            );
            return;
        }
        var done = PromptAnswerJson.Done(request, model, finish, usage, optimization, context.TraceIdentifier);
        await WriteAsync(output, "done", done, context.RequestAborted);
    }

    /// <summary>A stream that ended early never looks complete: an error event, then a cut transfer.</summary>
    private async Task CutAsync(HttpContext context, string error)
    {
        await WriteAsync(context.Response.Body, "error", PromptAnswerJson.Error(error), context.RequestAborted);
        // An aborted connection loses what has not left yet.
        await Task.Delay(Linger, time, context.RequestAborted);
        context.Abort();
    }

    private static async Task WriteAsync(Stream output, string name, byte[] json, CancellationToken cancellationToken)
    {
        await output.WriteAsync(
            (byte[])[.. Encoding.ASCII.GetBytes($"event: {name}\ndata: "), .. json, (byte)'\n', (byte)'\n'],
            cancellationToken
        );
        await output.FlushAsync(cancellationToken);
    }

    private static async Task<byte[]> ReadAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        using var whole = new MemoryStream();
        await reader.CopyToAsync(whole, cancellationToken);
        return whole.ToArray();
    }

    /// <summary>Ids, limits, what was optimized; not what describes the other body.</summary>
    private static void CopyHeaders(HttpResponse from, HttpResponse to)
    {
        foreach (var (name, value) in from.Headers)
            if (
                !name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
                && !name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)
            )
                to.Headers[name] = value;
    }
}
