using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;
using PromptGateway.Keys;

namespace PromptGateway.Admin;

/// <summary>Lets only administrators in: 401 without a valid secret, 403 for an API key, which may call models but change nothing.</summary>
internal sealed class AdminAuthorization(AdminKey adminKey, KeyRing keys, AdminOptions options) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        Refuse(context.HttpContext) is { } refusal ? ValueTask.FromResult<object?>(refusal) : next(context);

    private ProblemHttpResult? Refuse(HttpContext context)
    {
        var secret = PresentedSecret.Of(context.Request);
        if (secret.IsEmpty)
            return options.Access == AdminAccess.Loopback && IsDirectLoopback(context)
                ? null
                : Unauthorized(context, "Send the admin key as 'Authorization: Bearer ...' or 'x-api-key: ...'.");
        if (adminKey.Verify(secret))
            return null;
        return keys.Find(secret).Status == KeyStatus.Found
            ? AdminProblem.Of(StatusCodes.Status403Forbidden, "This is an API key; the admin API needs the admin key.")
            : Unauthorized(
                context,
                $"This is not the admin key. If it is lost, start the gateway with {KeysConfiguration.AdminKeyVariable} set."
            );
    }

    /// <summary>
    /// A connection from this machine is not enough: a web page could make the browser open one (hence no <c>Origin</c>, and a
    /// loopback host name against DNS rebinding), and a proxy here could pass on strangers.
    /// </summary>
    private static bool IsDirectLoopback(HttpContext context)
    {
        var request = context.Request;
        return context.Connection.RemoteIpAddress is { } remote
            && IPAddress.IsLoopback(remote)
            && (
                request.Host.Host == "localhost"
                || (IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out var host) && IPAddress.IsLoopback(host))
            )
            && !request.Headers.ContainsKey("Origin")
            && !request.Headers.ContainsKey("Sec-Fetch-Site")
            && !request.Headers.ContainsKey("Forwarded")
            && !request.Headers.ContainsKey("X-Forwarded-For");
    }

    private static ProblemHttpResult Unauthorized(HttpContext context, string detail)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return AdminProblem.Of(StatusCodes.Status401Unauthorized, detail);
    }
}
