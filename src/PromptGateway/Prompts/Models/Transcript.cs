using System.Globalization;
using System.Text;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Models;

/// <summary>The messages before a cut as text, who speaks before each; what is no text is named.</summary>
internal static class Transcript
{
    /// <summary>Whether a message before the cut is replaced by the summary.</summary>
    public static bool IsReplaced(PromptDraft draft, int message, int question) =>
        message != question && !HistoryWindow.IsInstruction(draft.Map.Messages[message].Kind);

    public static string Of(PromptDraft draft, int cut, int question)
    {
        var text = new StringBuilder();
        using var buffer = new TextBuffer();
        foreach (ref readonly var segment in draft.Map.Segments)
        {
            if (segment.Message < 0 || segment.Message >= cut || !IsReplaced(draft, segment.Message, question))
                continue;
            text.Append(CultureInfo.InvariantCulture, $"[{Speaker(segment.Kind)}] ");
            buffer.Clear();
            if (segment.IsText)
                SegmentText.Decode(draft.Body, segment, buffer);
            else if (segment.Kind == SegmentKind.ToolCall)
                buffer.Append(draft.Body[segment.Start..segment.End]);
            else
                buffer.Append("(not text)"u8);
            text.Append(Encoding.UTF8.GetString(buffer.Text)).Append('\n');
        }
        return text.ToString();
    }

    private static string Speaker(SegmentKind kind) =>
        kind switch
        {
            SegmentKind.User => "user",
            SegmentKind.Assistant => "assistant",
            SegmentKind.ToolCall => "assistant calls a tool",
            SegmentKind.ToolResult => "tool",
            SegmentKind.Document => "document",
            _ => "other",
        };
}
