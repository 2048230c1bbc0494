using System.Data.Common;
using PromptGateway.Keys;

namespace PromptGateway.Admin;

/// <summary>Turns what a handler throws into problem details. Causes that are not the caller's go to the log only.</summary>
internal sealed class AdminErrors(ILogger<AdminErrors> log) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        try
        {
            return await next(context);
        }
        catch (AdminProblemException e)
        {
            return e.Problem;
        }
        catch (InvalidKeyException e)
        {
            return AdminProblem.Invalid(e.Errors);
        }
        catch (KeyConflictException e)
        {
            return AdminProblem.Of(StatusCodes.Status409Conflict, e.Message);
        }
        catch (Exception e) when (e is DbException or IOException)
        {
            log.LogError(e, "The database failed during {Path}", context.HttpContext.Request.Path);
            context.HttpContext.Response.Headers.RetryAfter = "1";
            return AdminProblem.Of(
                StatusCodes.Status503ServiceUnavailable,
                "The database does not answer; try again. The log has the cause."
            );
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "The admin API failed during {Path}", context.HttpContext.Request.Path);
            return AdminProblem.Of(StatusCodes.Status500InternalServerError, "Something went wrong here; the log has the cause.");
        }
    }
}
