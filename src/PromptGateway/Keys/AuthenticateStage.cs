using PromptGateway.Chat;
using PromptGateway.Endpoints;

namespace PromptGateway.Keys;

/// <summary>Finds out who calls; leaves a <see cref="Caller"/> behind or refuses with 401 (503 when keys cannot be checked).</summary>
internal sealed class AuthenticateStage(RequestDelegate next, KeyRing keys, AuthenticationOptions options)
{
    public Task InvokeAsync(HttpContext context)
    {
        var secret = PresentedSecret.Of(context.Request);
        if (secret.IsEmpty)
            return context.RejectAsync(KeyRejection.Missing);
        var found = keys.Find(secret);
        if (found.Status == KeyStatus.Found)
        {
            context.SetNoun(found.Caller);
            return next(context);
        }
        if (options.PassThrough && found.Status is KeyStatus.Unknown or KeyStatus.Malformed && IsHeaderSafe(secret))
        {
            context.SetNoun(PassThrough(secret));
            return next(context);
        }
        return context.RejectAsync(KeyRejection.For(found.Status));
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
