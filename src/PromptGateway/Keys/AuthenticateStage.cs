using Microsoft.Extensions.Primitives;
using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Endpoints.Inner;

namespace PromptGateway.Keys;

/// <summary>Finds out who calls; leaves a <see cref="Caller"/> behind or refuses with 401 (503 when keys cannot be checked).</summary>
internal sealed class AuthenticateStage(RequestDelegate next, KeyRing keys, AdminKey admin, AuthenticationOptions options)
{
    public Task InvokeAsync(HttpContext context)
    {
        var secret = PresentedSecret.Of(context.Request, out var header);
        if (secret.IsEmpty)
            // A request that the gateway makes to itself presents nothing: it has its caller already.
            return context.FindNoun<InnerRequest>() is not null && context.FindNoun<Caller>() is not null
                ? next(context)
                : context.RejectAsync(
                    StringValues.IsNullOrEmpty(context.Request.Headers.Authorization) ? KeyRejection.Missing : KeyRejection.NotBearer
                );
        var found = header is null ? keys.Find(secret) : Find(secret, header, context.FindNoun<SeenSecret>());
        if (found.Status == KeyStatus.Found)
        {
            context.SetNoun(found.Caller);
            return next(context);
        }
        if (secret.StartsWith(KeySecret.AdminPrefix, StringComparison.Ordinal))
            return context.RejectAsync(KeyRejection.Admin);
        if (options.PassThrough && (KeySecret.IsWellFormed(secret) || admin.Verify(secret)))
            return context.RejectAsync(KeyRejection.NotForProviders);
        if (options.PassThrough && found.Status is KeyStatus.Unknown or KeyStatus.Malformed && IsHeaderSafe(secret))
        {
            context.SetNoun(PassThrough(secret));
            return next(context);
        }
        return context.RejectAsync(KeyRejection.For(found.Status));
    }

    private ApiKeyLookup Find(ReadOnlySpan<char> secret, string header, SeenSecret? seen)
    {
        if (seen is null)
            return keys.Find(secret);
        if (!seen.TryGet(header, out var hash))
        {
            if (!keys.TryHash(secret, out hash))
                return new ApiKeyLookup(KeyStatus.Malformed, null);
            seen.Keep(header, hash);
        }
        return keys.Find(hash);
    }

    private static Caller PassThrough(ReadOnlySpan<char> secret)
    {
        var id = "passthrough_" + KeyHash.Of(secret);
        return new Caller
        {
            Key = null,
            Id = id,
            Name = id,
            PassThroughSecret = secret.ToString(),
        };
    }

    private static bool IsHeaderSafe(ReadOnlySpan<char> secret) =>
        secret.Length is >= 8 and <= 4096 && !secret.ContainsAnyExceptInRange('!', '~');
}
