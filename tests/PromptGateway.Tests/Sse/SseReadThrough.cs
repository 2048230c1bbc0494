using System.Text;
using PromptGateway.Sse;

namespace PromptGateway.Tests.Sse;

/// <summary>Reads a stream as a response tap does: a buffer, pieces of any size, the unfinished tail carried on.</summary>
internal static class SseReadThrough
{
    public sealed record Event(string Name, string Data, string Id, bool IsTerminated);

    /// <summary>The events with data, and all ranges of the stream put together.</summary>
    public static (List<Event> Events, byte[] Passed) Run(byte[] stream, Func<int> nextPiece)
    {
        var framer = new SseFramer();
        var events = new List<Event>();
        var passed = new List<byte>();
        var buffer = Array.Empty<byte>();
        for (var at = 0; at < stream.Length; )
        {
            var piece = Math.Min(nextPiece(), stream.Length - at);
            buffer = [.. buffer, .. stream.AsSpan(at, piece)];
            at += piece;
            var offset = 0;
            while (framer.TryNext(buffer, ref offset, out var range))
            {
                range.IsTerminated.ShouldBeTrue();
                Take(buffer, range, events, passed);
                range.End.ShouldBe(offset);
            }
            buffer = buffer[offset..];
        }
        var rest = 0;
        if (framer.TryFinish(buffer, ref rest, out var last))
        {
            last.IsTerminated.ShouldBeFalse();
            Take(buffer, last, events, passed);
        }
        return (events, [.. passed]);
    }

    private static void Take(byte[] buffer, SseEventRange range, List<Event> events, List<byte> passed)
    {
        passed.AddRange(range.Bytes(buffer));
        using var read = SseEvent.Read(buffer, range);
        if (range.IsBlank)
            read.HasData.ShouldBeFalse();
        if (read.HasData)
            events.Add(new Event(Text(read.Name), Text(read.Data), Text(read.Id), range.IsTerminated));
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
