using System.Data.Common;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using PromptGateway.Configuration;
using PromptGateway.Routing;
using PromptGateway.Storage;

namespace PromptGateway.Cli;

/// <summary>Why a start failed, in words for whoever started it.</summary>
internal static class StartFailure
{
    /// <param name="failure">What ended the start.</param>
    /// <param name="sources">The configuration, which is judged as a whole: one mistake seldom comes alone.</param>
    /// <returns>Null for a fault of the program, whose trace is worth more than any words.</returns>
    public static string? Explain(Exception failure, Func<ConfigurationSources> sources)
    {
        if (failure is OperationCanceledException)
            return null;
        if (Judgement.Of(sources) is { Count: > 0 } mistakes)
            return new ConfigurationException(mistakes).Message;
        return failure switch
        {
            IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } =>
                $"{failure.Message} Another process listens there, perhaps a gateway that runs already. Stop it, or choose another address "
                    + "with --urls or --management-urls.",
            SocketException { SocketErrorCode: SocketError.AccessDenied } =>
                "It may not listen on the address that --urls or --management-urls name: ports below 1024 are for root alone on most systems.",
            SocketException =>
                $"It cannot listen on the address that --urls or --management-urls name ({failure.Message}). Write 127.0.0.1, or an address that "
                    + "this machine has.",
            ConfigurationException
            or OptionsValidationException
            or RoutingConfigException
            or IOException
            or StorageException
            or FormatException
            or UnauthorizedAccessException
            or CryptographicException => failure.Message,
            DbException database => DatabaseFailure.Words(database),
            _ => null,
        };
    }
}
