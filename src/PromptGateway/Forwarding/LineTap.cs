using PromptGateway.Objects;
using PromptGateway.Providers;

namespace PromptGateway.Forwarding;

/// <summary>Reads along with the results of a batch, a JSON object a line, and has them charged when they were read to their end.</summary>
internal sealed class LineTap(Stream inner, IWireFormat format, AnswerEnd end, TimeProvider time, ObjectAnswer answer)
    : AnswerTap(inner, format, end, time)
{
    /// <summary>Bytes; of a longer line it is not known what it has cost, so nothing of the whole is charged.</summary>
    private const int LongestLine = 64 << 20;
    private readonly BatchLines _lines = new();
    private CarryBuffer _line;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await Inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or ObjectDisposedException)
        {
            Cut = !cancellationToken.IsCancellationRequested;
            throw;
        }
        if (buffer.IsEmpty)
            return 0;
        NoteRead(read);
        if (read > 0)
            Take(buffer.Span[..read]);
        else if (!Completed)
            await CompleteAsync();
        return read;
    }

    private async ValueTask CompleteAsync()
    {
        Completed = true;
        _lines.Read(_line.Span);
        _line.Release();
        if (!GaveUp)
            await answer.EndAsync(_lines);
        ReachEnd();
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (!GaveUp && bytes.IndexOf((byte)'\n') is >= 0 and var at)
        {
            if (_line.Length == 0)
            {
                _lines.Read(bytes[..at]);
            }
            else
            {
                _line.Append(bytes[..at]);
                _lines.Read(_line.Span);
                _line.Release();
            }
            bytes = bytes[(at + 1)..];
        }
        if (GaveUp || _line.Length + bytes.Length > LongestLine)
        {
            GaveUp = true;
            _line.Release();
            return;
        }
        _line.Append(bytes);
    }

    protected override void Dispose(bool disposing)
    {
        _line.Release();
        base.Dispose(disposing);
    }
}
