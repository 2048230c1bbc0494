using System.Text;
using System.Text.Json;

namespace PromptGateway.Benchmarks.Prompts;

/// <summary>A chat request of an agent whose tools have answered: every second result is indented JSON, the others are text.</summary>
internal static class ToolConversation
{
    private const int ResultBytes = 5_000;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <param name="size">About, in bytes.</param>
    public static byte[] Build(int size)
    {
        var messages = new List<object>
        {
            new { role = "system", content = "You are an agent." },
            new { role = "user", content = "Go on." },
        };
        for (var (step, bytes) = (0, 0); bytes < size; step++, bytes += ResultBytes)
        {
            var id = "call_" + step;
            messages.Add(
                new
                {
                    role = "assistant",
                    content = (string?)null,
                    tool_calls = new[]
                    {
                        new
                        {
                            id,
                            type = "function",
                            function = new { name = "look", arguments = "{}" },
                        },
                    },
                }
            );
            messages.Add(
                new
                {
                    role = "tool",
                    tool_call_id = id,
                    content = step % 2 == 0 ? Rows(step) : Prose(step),
                }
            );
        }
        return JsonSerializer.SerializeToUtf8Bytes(new { model = "gpt-4o", messages });
    }

    private static string Rows(int step) =>
        JsonSerializer.Serialize(
            Enumerable
                .Range(0, ResultBytes / 100)
                .Select(row => new
                {
                    id = (step * 1000) + row,
                    name = "item " + row,
                    active = row % 3 == 0,
                }),
            Indented
        );

    private static string Prose(int step)
    {
        var text = new StringBuilder();
        while (text.Length < ResultBytes)
            text.Append("Finding ")
                .Append(text.Length)
                .Append(" of step ")
                .Append(step)
                .Append(": the matter is as it was expected to be.\n");
        return text.ToString();
    }
}
