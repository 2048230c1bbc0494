using System.Text;
using System.Text.Json.Nodes;
using PromptGateway.Simulator.Behavior;
using PromptGateway.Simulator.Formats;
using PromptGateway.Simulator.Generation;
using PromptGateway.Sse;

namespace PromptGateway.Simulator;

/// <summary>Sends an answer: whole or as a stream, at the pace that was asked for, with the fault that was asked for.</summary>
internal sealed class AnswerSender(HttpContext context, SimulatorBehavior behavior, TimeProvider clock)
{
    private static readonly TimeSpan ResetGrace = TimeSpan.FromMilliseconds(50);

    private readonly CancellationToken _gone = context.RequestAborted;

    /// <summary>Waits for the first byte's time, and plays a fault that comes before it.</summary>
    /// <returns>False: the request has been dealt with.</returns>
    public async Task<bool> BeginAsync()
    {
        if (behavior.FirstByteDelay > TimeSpan.Zero)
            await Task.Delay(behavior.FirstByteDelay, clock, _gone);
        if (behavior.Fault is FaultKind.None || (behavior.Fault is not FaultKind.Status && behavior.FaultAfter > 0))
            return true;
        switch (behavior.Fault)
        {
            case FaultKind.Status:
                await ErrorReply.WriteAsync(context, Faults.Error(behavior));
                return false;
            case FaultKind.Reset or FaultKind.Hang:
                await BreakOffAsync();
                return false;
            case FaultKind.Garbage:
                context.Response.ContentType = "application/json";
                await context.Response.Body.WriteAsync(Faults.Garbage, _gone);
                return false;
            default:
                return true;
        }
    }

    public Task SendAsync(IAnswerFormat format, Answer answer) =>
        answer.Request.Stream ? StreamAsync(format, answer) : SendWholeAsync(format.Whole(answer));

    /// <summary>Sends a JSON body, with a fault in it or in its place if one was asked for.</summary>
    public async Task SendWholeAsync(JsonNode body)
    {
        if (behavior.Fault is FaultKind.Error)
        {
            await JsonReply.WriteAsync(context, ErrorReply.Body(context, Faults.Error(behavior)));
            return;
        }

        if (behavior.Fault is FaultKind.None)
        {
            await JsonReply.WriteAsync(context, body);
            return;
        }

        var bytes = JsonReply.Bytes(body);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), _gone);
        await context.Response.Body.FlushAsync(_gone);
        if (behavior.Fault is FaultKind.Garbage)
            await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes(new string('!', bytes.Length - (bytes.Length / 2))), _gone);
        else
            await BreakOffAsync();
    }

    private async Task StreamAsync(IAnswerFormat format, Answer answer)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        await response.StartAsync(_gone);
        var (deltas, events) = (0, 0);
        foreach (var frame in format.Stream(answer))
        {
            // A fault that is to come after more chunks than there are comes before the finish.
            var isDue = frame.IsDelta ? deltas >= behavior.FaultAfter : deltas > 0 && IsFinish(frame);
            if (behavior.Fault is not FaultKind.None && isDue)
            {
                await BreakStreamAsync(format, answer, events);
                return;
            }

            if (frame.IsDelta && deltas++ > 0 && behavior.ChunkDelay > TimeSpan.Zero)
                await Task.Delay(behavior.ChunkDelay, clock, _gone);
            await WriteAsync(frame);
            events++;
        }
    }

    private static bool IsFinish(StreamFrame frame) =>
        frame.Event is null or "message_delta" or "response.completed" or "response.incomplete";

    private async Task BreakStreamAsync(IAnswerFormat format, Answer answer, int sent)
    {
        switch (behavior.Fault)
        {
            case FaultKind.Error:
                foreach (var frame in format.StreamError(answer, Faults.Error(behavior), sent))
                    await WriteAsync(frame);
                break;
            case FaultKind.Garbage:
                await context.Response.BodyWriter.WriteAsync(Faults.Garbage, _gone);
                break;
            case FaultKind.Reset or FaultKind.Hang:
                await BreakOffAsync();
                break;
        }
    }

    private async Task BreakOffAsync()
    {
        if (behavior.Fault is FaultKind.Hang)
            await Task.Delay(Timeout.InfiniteTimeSpan, _gone);
        // A reset throws away what the peer has not read yet, and that it got the first part is the point.
        if (context.Response.HasStarted)
            await Task.Delay(ResetGrace, clock, _gone);
        context.Abort();
    }

    private async Task WriteAsync(StreamFrame frame)
    {
        var writer = context.Response.BodyWriter;
        if (frame.Data is null)
            SseWriter.WriteDone(writer);
        else
            SseWriter.WriteEvent(writer, frame.Event is null ? default : Encoding.ASCII.GetBytes(frame.Event), JsonReply.Bytes(frame.Data));
        // One flush per event: some clients lose an event whose bytes arrive in two reads.
        var result = await writer.FlushAsync(_gone);
        if (result.IsCompleted)
            throw new OperationCanceledException(_gone);
    }
}
