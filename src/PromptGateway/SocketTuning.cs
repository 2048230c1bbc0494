namespace PromptGateway;

/// <summary>
/// Runs socket completions on the thread that noticed them instead of handing them to the pool: about a third less CPU per request
/// (decision 0006). Sound because nothing on the request path blocks.
/// </summary>
internal static class SocketTuning
{
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Must run before the first socket is opened. A value that the operator has set wins.</summary>
    public static void Apply()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
            Environment.SetEnvironmentVariable(Variable, "1");
    }

    public static bool IsInline => Environment.GetEnvironmentVariable(Variable) == "1";
}
