using Microsoft.AspNetCore.Http;
using PromptGateway.Chat;

namespace PromptGateway.Simulator;

/// <summary>Gives every answer the headers that the real APIs send, and turns refusals into error bodies of the client's dialect.</summary>
internal sealed class ErrorStage(SimulatorState state)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        ReplyHeaders.Set(context, state.NewId("req_"));
        try
        {
            await next(context);
        }
        catch (RefusedException refused) when (!context.Response.HasStarted)
        {
            await ErrorReply.WriteAsync(context, refused.Rejection);
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            var isTooLarge = bad.StatusCode == 413;
            var message = isTooLarge
                ? $"The body is larger than {state.Options.MaxBodyBytes} bytes."
                : "The request body could not be read.";
            await ErrorReply.WriteAsync(
                context,
                new(bad.StatusCode, "invalid_request_error", isTooLarge ? "request_too_large" : "", message)
            );
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The client left: nobody is there to be told.
        }
    }
}
