namespace PromptGateway.Cli;

/// <summary>Why a call failed: what .NET says of connections names the address, what it says of the rest points to an inner exception.</summary>
internal static class CallFailure
{
    public static string Words(Exception failure) =>
        failure is HttpRequestException { InnerException: not null } call
        && call.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
            ? call.GetBaseException().Message
            : failure.Message;
}
