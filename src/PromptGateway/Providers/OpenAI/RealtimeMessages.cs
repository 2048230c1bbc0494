namespace PromptGateway.Providers.OpenAI;

/// <summary>Reads what the server's messages of a realtime session tell about tokens.</summary>
internal static class RealtimeMessages
{
    /// <summary>
    /// Each <c>response.done</c> reports one response alone, with the whole conversation as its input, so a session is the sum of them.
    /// Never throws, whatever the bytes.
    /// </summary>
    public static void Read(ReadOnlySpan<byte> message, ref StreamFacts facts)
    {
        facts.Events++;
        if (facts.Model is null && message.IndexOf("\"session.created\""u8) >= 0)
            facts.Model = ModelName.Find(message);
        if (message.IndexOf("\"response.done\""u8) < 0 || !ResponseUsage.TryFind(message, out var json))
            return;
        var usage = default(Chat.TokenUsage);
        if (!OpenAIUsage.TryRead(json, ref usage))
            return;
        facts.Usage += usage;
        facts.HasUsage = true;
    }
}
