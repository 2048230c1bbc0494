using System.Buffers;
using System.IO.Pipelines;

namespace PromptGateway.Prompts.Answer;

/// <summary>Reads the <c>data</c> of the events of a stream that this gateway itself has passed on: one line each.</summary>
internal static class SseText
{
    /// <returns>The bytes behind <c>data:</c>; null at the end.</returns>
    public static async ValueTask<byte[]?> NextDataAsync(this PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (TryTakeData(read.Buffer, out var rest, out var data))
            {
                reader.AdvanceTo(rest);
                return data;
            }
            if (read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }
            reader.AdvanceTo(rest, read.Buffer.End);
        }
    }

    private static bool TryTakeData(ReadOnlySequence<byte> buffer, out SequencePosition rest, out byte[]? data)
    {
        var lines = new SequenceReader<byte>(buffer);
        while (lines.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            var bytes = line.ToArray().AsSpan();
            if (!bytes.StartsWith("data:"u8))
                continue;
            data = bytes["data:".Length..].Trim(" \r"u8).ToArray();
            rest = lines.Position;
            return true;
        }
        (data, rest) = (null, lines.Position);
        return false;
    }
}
