using System.Net.Http.Headers;
using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Objects;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Routing;
using PromptGateway.Usage;
using Yarp.ReverseProxy.Transforms;

namespace PromptGateway.Forwarding;

/// <summary>Every answer of an upstream comes through here: headers under <see cref="HeaderRules"/>, status, and the tap on its body.</summary>
internal sealed class UpstreamAnswer(AnswerJournal journal, TimeProvider time, ILogger<UpstreamAnswer> log) : ResponseTransform
{
    public override ValueTask ApplyAsync(ResponseTransformContext context)
    {
        // Called without an answer too; then there is nothing to do (a measured trap of YARP).
        if (context.ProxyResponse is not { } answer)
            return default;
        var http = context.HttpContext;
        var attempt = http.Noun<Attempt>();
        attempt.UpstreamStatus = (int)answer.StatusCode;
        // Only now is it known that they were the reason: an error may name them because the client's own request does.
        if (attempt is { OmitsStreamOptions: true, UpstreamStatus: >= 200 and < 300 })
            attempt.Target.Upstream.RejectsStreamOptions = true;
        if (
            attempt.UpstreamStatus is >= 300 and < 400
            && Redirect.Refused(http.Request.Method, attempt.Target.Upstream, answer) is { } place
        )
        {
            attempt.SentElsewhere = place;
            context.SuppressResponseBody = true;
            return default;
        }
        Decompress(http, answer);
        CopyHeaders(http, answer, attempt);
        if (attempt.UpstreamStatus >= 400)
            return new ValueTask(PassErrorAsync(context, attempt));
        if (attempt.UpstreamStatus == 101)
        {
            attempt.PassesUnread = true;
            journal.Keep(http, attempt);
            return default;
        }
        return Tap(http, answer, attempt);
    }

    private async Task PassErrorAsync(ResponseTransformContext context, Attempt attempt)
    {
        await new UpstreamErrorAnswer(context, attempt, log).ApplyAsync();
        if (!context.SuppressResponseBody)
            journal.Keep(context.HttpContext, attempt);
    }

    private static void CopyHeaders(HttpContext http, HttpResponseMessage answer, Attempt attempt)
    {
        var headers = http.Response.Headers;
        var (passThrough, secret) = (attempt.Target.Upstream.PassThrough, attempt.Target.Upstream.Secret);
        foreach (var (name, value) in answer.Headers.NonValidated)
            if (HeaderRules.GoesDownstream(name) && !Quotes(value, secret) && HeaderRules.CanBeWritten(value.ToString()))
                headers[HeaderRules.Downstream(name, passThrough)] = value.Count == 1 ? value.ToString() : value.ToArray();
        foreach (var (name, value) in answer.Content.Headers.NonValidated)
            if (HeaderRules.GoesDownstream(name) && HeaderRules.CanBeWritten(value.ToString()))
                headers[name] = value.Count == 1 ? value.ToString() : value.ToArray();
        // Kestrel would wait for the body that such an answer never has.
        if (attempt.UpstreamStatus is 204 or 205)
            headers.ContentLength = null;
        if (headers.TryGetValue(HeaderRules.RequestId, out var id))
            http.Noun<UsageTally>().UpstreamRequestId = id;
    }

    /// <summary>An upstream that echoes requests, for debugging say, echoes the gateway's key.</summary>
    private static bool Quotes(HeaderStringValues value, string? secret) =>
        secret is not null
        && value.ToString() is var text
        && text.Length >= secret.Length
        && text.Contains(secret, StringComparison.Ordinal);

    /// <summary>Compares the media type before any parameters; the typed header would be parsed into objects for every answer.</summary>
    private static bool IsOfType(HttpHeadersNonValidated headers, ReadOnlySpan<char> wanted)
    {
        if (!headers.TryGetValues("Content-Type", out var values))
            return false;
        var type = values.ToString().AsSpan();
        var parameters = type.IndexOf(';');
        return (parameters < 0 ? type : type[..parameters]).Trim().Equals(wanted, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Only what is read along with: files pass as they are stored.</summary>
    private static void Decompress(HttpContext http, HttpResponseMessage answer)
    {
        var headers = answer.Content.Headers.NonValidated;
        if (!headers.TryGetValues("Content-Encoding", out var encoding))
            return;
        if ((int)answer.StatusCode >= 400 || ((int)answer.StatusCode == 200 && IsReadAlong(http, headers)))
            answer.Content = DecompressedContent.Of(answer.Content, encoding) ?? answer.Content;
    }

    /// <summary>What was generated is read along with whatever type the upstream says it is.</summary>
    private static bool IsReadAlong(HttpContext http, HttpHeadersNonValidated headers) =>
        IsOfType(headers, "text/event-stream")
        || IsOfType(headers, "application/json")
        || Settlement.Generates(http.Noun<GatewayEndpoint>().Operation);

    private ValueTask Tap(HttpContext http, HttpResponseMessage answer, Attempt attempt)
    {
        attempt.PassesUnread = true;
        var headers = answer.Content.Headers.NonValidated;
        // Few requests make or read an object, and asking for a feature that is not there costs more than asking for one that is.
        var about = http.Noun<GatewayEndpoint>().Operation is Operation.Responses or Operation.StoredResponse or Operation.Other
            ? http.FindNoun<ObjectAnswer>()
            : null;
        if (about is { Role: ObjectRole.Lists } && attempt.UpstreamStatus == 200)
            return new ValueTask(FilterAsync(http, answer, attempt, about));
        if (about is { Role: ObjectRole.ReadsLines } && attempt.UpstreamStatus == 200 && !headers.Contains("Content-Encoding"))
            return new ValueTask(TapLinesAsync(http, answer, attempt, about));
        var isStream = IsOfType(headers, "text/event-stream");
        // Compression was not asked for; of a kind that is not known it cannot be read along with.
        if (!IsReadAlong(http, headers) || headers.Contains("Content-Encoding"))
        {
            journal.Keep(http, attempt);
            return default;
        }
        var end = new AnswerEnd(http, attempt, journal);
        // The stream of a body that is still to come: opening it waits for nothing.
        var body = answer.Content.ReadAsStream(CancellationToken.None);
        if (isStream)
            attempt.Allowance = http.FindNoun<IOutputAllowance>();
        var isCompared = http.FindNoun<PromptOptimization>()?.Arm is not null;
        var source = (answer.Content as DecompressedContent)?.Source;
        attempt.Tap = isStream
            ? new EventStreamTap(body, attempt, end, time, isCompared) { Source = source }
            : new BodyTap(body, attempt.Format, end, time, isCompared, about) { Source = source };
        attempt.PassesUnread = false;
        answer.Content = new TappedContent(answer.Content, attempt.Tap);
        http.Noun<UsageTally>().Stream = isStream;
        if (!isStream)
            return default;
        http.Response.ContentLength = null;
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Response.Headers.CacheControl = "no-cache, no-transform";
        return default;
    }

    private async Task FilterAsync(HttpContext http, HttpResponseMessage answer, Attempt attempt, ObjectAnswer about)
    {
        await new ObjectListAnswer(http, answer, attempt, about, log).ApplyAsync();
        journal.Keep(http, attempt);
    }

    /// <summary>The results of a batch, whatever type they say they are.</summary>
    private async Task TapLinesAsync(HttpContext http, HttpResponseMessage answer, Attempt attempt, ObjectAnswer about)
    {
        var body = await answer.Content.ReadAsStreamAsync(CancellationToken.None);
        attempt.Tap = new LineTap(body, attempt.Format, new AnswerEnd(http, attempt, journal), time, about);
        attempt.PassesUnread = false;
        answer.Content = new TappedContent(answer.Content, attempt.Tap);
    }
}
