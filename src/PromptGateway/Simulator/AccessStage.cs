using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;
using PromptGateway.Chat;

namespace PromptGateway.Simulator;

/// <summary>Refuses callers without the secret, so that no other local process can use the simulator; counts the others.</summary>
internal sealed class AccessStage(SimulatorState state, string secret)
{
    private const string Bearer = "Bearer ";

    private readonly byte[] _secret = SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsKnown(context.Request.Headers))
            throw new RefusedException(
                new Rejection(
                    401,
                    "invalid_request_error",
                    "invalid_api_key",
                    "The simulator answers only to its own secret; it was not sent."
                )
            );
        state.Counters.Start();
        var cutOff = context.RequestAborted;
        try
        {
            await next(context);
        }
        finally
        {
            if (cutOff.IsCancellationRequested)
                state.Counters.Abandon();
            else
                state.Counters.Complete();
        }
    }

    private bool IsKnown(IHeaderDictionary headers)
    {
        var sent = headers["x-api-key"].ToString();
        if (sent.Length == 0)
            sent = headers[HeaderNames.Authorization].ToString();
        if (sent.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            sent = sent[Bearer.Length..];
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(sent)), _secret);
    }
}
