using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Simulator.Behavior;

namespace PromptGateway.Simulator.Generation;

/// <summary>The text of an answer, a function of the request alone.</summary>
internal static class AnswerText
{
    private const int LongestQuote = 200;

    public static string Of(GenerationRequest request, SimulatorBehavior behavior, int choice)
    {
        if (request.OutputSchema.ValueKind is not JsonValueKind.Undefined)
            return SchemaInstance.Of(request.OutputSchema)?.ToJsonString(SimulatorJson.Options) ?? "null";
        var seed = ContentHash.Combine(request.Seed, (ulong)choice);
        if (request.JsonObject)
            return new JsonObject { ["answer"] = Prose(request, behavior.OutputTokens - 8, seed) }.ToJsonString(SimulatorJson.Options);
        return Prose(request, behavior.OutputTokens, seed);
    }

    private static string Prose(GenerationRequest request, int tokens, ulong seed)
    {
        var text = new StringBuilder("This is the PromptGateway simulator. ");
        if (request.ToolResult is { } result)
            text.Append("The tool returned: ").Append(Quote(result));
        else
            text.Append("You said: ").Append(Quote(request.UserText));

        var spent = TokenCount.Of(text.ToString());
        if (spent >= tokens)
            return TextPieces.Truncate(text.ToString(), Math.Max(0, tokens));
        var words = new WordStream(seed);
        while (spent++ < tokens - 1)
            text.Append(words.Next());
        return text.Append('.').ToString();
    }

    private static string Quote(string text)
    {
        if (text.Length <= LongestQuote)
            return text;
        var end = char.IsHighSurrogate(text[LongestQuote - 1]) ? LongestQuote - 1 : LongestQuote;
        return string.Concat(text.AsSpan(0, end), "...");
    }
}
