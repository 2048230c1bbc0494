using PromptGateway.Chat;
using PromptGateway.Simulator.Formats;

namespace PromptGateway.Simulator.Behavior;

/// <summary>What the faults look like.</summary>
internal static class Faults
{
    private static readonly byte[] GarbageBytes = [.. "<html>"u8, 0xFF, 0xFE, .. "{{{\n\ndata: {\"choices\":[{]\n\n"u8];

    /// <summary>Neither JSON nor valid events; the second "event" holds broken JSON.</summary>
    public static ReadOnlyMemory<byte> Garbage => GarbageBytes;

    public static Rejection Error(SimulatorBehavior behavior)
    {
        var (type, code) = OpenAIError.Of(behavior.FaultStatus);
        if (behavior.FaultCode is "insufficient_quota")
            type = "insufficient_quota";
        var wait = behavior.RetryAfterSeconds ?? (behavior.FaultStatus is 429 or 503 or 529 ? 1 : null);
        return new(behavior.FaultStatus, type, behavior.FaultCode ?? code, $"Simulated error {behavior.FaultStatus}.")
        {
            RetryAfter = wait is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
    }
}
