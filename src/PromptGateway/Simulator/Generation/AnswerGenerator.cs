using PromptGateway.Chat;
using PromptGateway.Simulator.Behavior;
using PromptGateway.Simulator.Caching;

namespace PromptGateway.Simulator.Generation;

/// <summary>Makes the answer to a request: text or tool calls, their end, and the usage.</summary>
internal sealed class AnswerGenerator(TimeProvider clock)
{
    private int _answers;

    public Answer Generate(GenerationRequest request, SimulatorBehavior behavior, CacheOutcome cache)
    {
        var reasoning = request.Reasons ? Math.Min(behavior.ReasoningTokens, request.MaxTokens ?? int.MaxValue) : 0;
        var left = request.MaxTokens - reasoning;
        var choices = new AnswerChoice[request.Choices];
        long output = 0;
        for (var i = 0; i < choices.Length; i++)
        {
            choices[i] = Choose(request, behavior, left, i);
            output += reasoning + Tokens(choices[i]);
        }

        return new Answer
        {
            Request = request,
            Id = $"{request.Seed:x16}{Interlocked.Increment(ref _answers):x8}",
            Created = clock.GetUtcNow().ToUnixTimeSeconds(),
            Choices = choices,
            UsageStyle = behavior.Usage,
            Usage = behavior.Usage is UsageStyle.Zero ? default : Measure(request, cache, output, reasoning * choices.Length),
        };
    }

    private static TokenUsage Measure(GenerationRequest request, CacheOutcome cache, long output, long reasoning)
    {
        // The cache adds up segments, which may come to a little more than the prompt.
        var cached = Math.Min(cache.Cached, request.PromptTokens);
        return new()
        {
            InputTokens = request.PromptTokens,
            CachedInputTokens = cached,
            CacheWriteTokens = Math.Min(cache.Written, request.PromptTokens - cached),
            CacheWrite1hTokens = cache.Written1h,
            OutputTokens = output,
            ReasoningTokens = reasoning,
        };
    }

    private static AnswerChoice Choose(GenerationRequest request, SimulatorBehavior behavior, int? maxTokens, int index)
    {
        var tools = ToolCalls.Wanted(request);
        return tools.Count > 0 ? Call(request, behavior, tools, maxTokens) : Say(request, behavior, maxTokens, index);
    }

    private static AnswerChoice Call(GenerationRequest request, SimulatorBehavior behavior, IReadOnlyList<ToolSpec> tools, int? maxTokens)
    {
        var calls = new List<ToolCall>();
        var left = maxTokens ?? int.MaxValue;
        var cut = false;
        foreach (var tool in tools)
        {
            var whole = ToolCalls.Arguments(tool, request);
            var arguments = Limit(whole, left -= TokenCount.Of(tool.Name));
            left -= TokenCount.Of(arguments);
            calls.Add(new ToolCall(tool, TextPieces.Split(arguments, behavior.ChunkTokens)));
            if (cut = arguments.Length < whole.Length)
                break;
        }

        return new AnswerChoice { Calls = calls, Finish = cut ? FinishCause.Length : FinishCause.ToolCalls };
    }

    private static AnswerChoice Say(GenerationRequest request, SimulatorBehavior behavior, int? maxTokens, int index)
    {
        var text = AnswerText.Of(request, behavior, index);
        var (stopAt, sequence) = FirstStop(text, request.Stop);
        var ended = sequence is null ? text : text[..stopAt];
        var limited = Limit(ended, maxTokens ?? int.MaxValue);
        var cut = limited.Length < ended.Length || maxTokens <= 0;
        return new AnswerChoice
        {
            Pieces = TextPieces.Split(limited, behavior.ChunkTokens),
            Finish =
                cut ? FinishCause.Length
                : sequence is null ? FinishCause.Done
                : FinishCause.StopSequence,
            StopSequence = cut ? null : sequence,
        };
    }

    private static string Limit(string text, int tokens) => TokenCount.Of(text) <= tokens ? text : TextPieces.Truncate(text, tokens);

    private static (int At, string? Sequence) FirstStop(string text, IReadOnlyList<string> stops)
    {
        (int At, string? Sequence) first = (int.MaxValue, null);
        foreach (var stop in stops.Where(stop => stop.Length > 0))
        {
            var at = text.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && at < first.At)
                first = (at, stop);
        }

        return first;
    }

    private static long Tokens(AnswerChoice choice) =>
        TokenCount.Of(choice.Text) + choice.Calls.Sum(call => TokenCount.Of(call.Tool.Name) + TokenCount.Of(call.Arguments));
}
