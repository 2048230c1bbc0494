using System.Text;

namespace PromptGateway.Providers;

/// <summary>The id that an answer gives itself (<c>chatcmpl-...</c>, <c>resp_...</c>, <c>msg_...</c>).</summary>
internal static class ResponseId
{
    private const int Longest = 128;

    /// <summary>Events in which it is looked for: it stands in the first, of which Azure sends an empty one before.</summary>
    private const int FirstEvents = 2;

    public static void Find(ReadOnlySpan<byte> data, ref StreamFacts facts)
    {
        if (facts.Id is null && facts.Events <= FirstEvents && FastJson.TryFindValue(data, "\"id\""u8, out var value))
            facts.Id = Read(value);
    }

    /// <param name="value">The JSON of the value.</param>
    public static string? Read(ReadOnlySpan<byte> value) =>
        FastJson.TryString(value, out var text) && text.Length is > 0 and <= Longest ? Encoding.UTF8.GetString(text) : null;
}
