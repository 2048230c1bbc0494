using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using PromptGateway.Chat;
using PromptGateway.Providers;
using PromptGateway.Sse;
using PromptGateway.Usage;

namespace PromptGateway.Forwarding;

/// <summary>
/// Reads along with a stream of events. Bytes go on as they came, in the caller's buffer, without a copy; only when the gateway has
/// added something that the client did not ask for are events held until they are whole, so that it can be taken out again. A stream
/// that breaks off gets an error event, and then fails, so that no client takes it for complete (wire.md, traps 2 and 3).
/// </summary>
internal sealed class EventStreamTap(Stream inner, Attempt attempt, AnswerEnd end, TimeProvider time, bool readsToolCalls)
    : AnswerTap(inner, attempt.Format, end, time)
{
    /// <summary>Bytes of one event that are kept to be read; a longer event passes unread. Images come in events of megabytes.</summary>
    private const int LongestEvent = 16 << 20;

    /// <summary>
    /// Time for the error event to leave before the connection is cut: Kestrel drops what it has not sent by then. (With 1 ms and 24
    /// streams at a time on two cores even headers were lost; 100 ms lost nothing, the rest is for busier machines.)
    /// </summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(500);
    private readonly TimeProvider _time = time;
    private readonly bool _strips = attempt.InjectedUsage;
    private readonly StreamedToolCalls? _calls = readsToolCalls ? new StreamedToolCalls() : null;
    private SseFramer _framer;
    private CarryBuffer _carry;

    /// <summary>Output that waits to be read: an event that outgrew the caller's buffer, or the last words of a broken stream.</summary>
    private CarryBuffer _pending;
    private Exception? _failure;

    /// <summary>How the client is told that a budget ends the answer here; null: it goes on.</summary>
    private ArrayBufferWriter<byte>? _stop;

    /// <summary>Calls in the middle of a stream that broke off are half of what they were to be, and say nothing.</summary>
    public override void Settle()
    {
        if (Facts.Finished && !GaveUp && _calls?.Result is { } found)
            (ToolCalls, InvalidToolCalls) = found;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_pending.Length > 0 || Completed)
            return ValueTask.FromResult(TakePending(buffer.Span));
        // YARP waits for data with an empty buffer, so that an idle stream holds none; answering it ourselves would undo that.
        if (buffer.IsEmpty && _failure is null)
            return WaitAsync(cancellationToken);
        return ReadEventsAsync(buffer, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Inner.ReadAsync(Memory<byte>.Empty, cancellationToken);
        }
        catch (Exception e) when (IsBroken(e, cancellationToken))
        {
            if (!HasLastEvent)
                Break(e);
            return 0;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadEventsAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_failure is not null)
            await FailAsync();
        while (true)
        {
            var held = _strips && _carry.Length > 0;
            int read;
            try
            {
                read = await Inner.ReadAsync(held ? _carry.Free(buffer.Length) : buffer, cancellationToken);
            }
            catch (Exception e) when (IsBroken(e, cancellationToken))
            {
                if (HasLastEvent)
                    End();
                else
                    Break(e);
                return await LastWordsAsync(buffer);
            }
            if (read == 0)
            {
                End();
                return await LastWordsAsync(buffer);
            }
            NoteRead(read);
            var output = held ? TakeHeld(read, buffer.Span) : Take(buffer.Span[..read]);
            if (output > 0)
                return output;
            if (_stop is not null)
                return TakePending(buffer.Span);
        }
    }

    /// <summary>Bytes in the caller's buffer: returns how many of them are to be delivered now.</summary>
    private int Take(Span<byte> bytes)
    {
        if (GaveUp)
            return bytes.Length;
        if (_strips)
        {
            var written = ReadEvents(bytes, out var consumed);
            if (_stop is not null)
                return StopAfter(written);
            _carry.Append(bytes[consumed..]);
            return written;
        }
        if (_carry.Length == 0)
        {
            ReadEvents(bytes, out var consumed);
            if (_stop is not null)
                return StopAfter(consumed);
            _carry.Append(bytes[consumed..]);
        }
        else
        {
            var sent = _carry.Length;
            _carry.Append(bytes);
            ReadEvents(_carry.Span, out var consumed);
            if (_stop is not null)
                return StopAfter(consumed - sent);
            _carry.Consume(consumed);
            if (Facts.Failed)
                MaskSecret(bytes);
        }
        if (_carry.Length > LongestEvent)
            GiveUp();
        return bytes.Length;
    }

    /// <summary>Bytes appended to the held ones: whole events go into the caller's buffer, or wait if they do not fit.</summary>
    private int TakeHeld(int read, Span<byte> destination)
    {
        _carry.Advance(read);
        var written = ReadEvents(_carry.Span, out var consumed);
        if (consumed == 0 && _carry.Length > LongestEvent)
            GiveUp(out written, out consumed);
        _pending.Append(_carry.Span[..written]);
        if (_stop is not null)
            StopAfter(0);
        else
            _carry.Consume(consumed);
        return TakePending(destination);
    }

    /// <summary>Reads all whole events; when stripping, closes the gaps in place.</summary>
    /// <returns>How many bytes at the start are now to be delivered.</returns>
    private int ReadEvents(Span<byte> bytes, out int consumed)
    {
        var offset = 0;
        var written = 0;
        while (_framer.TryNext(bytes, ref offset, out var range))
        {
            var kept = ReadEvent(bytes, range);
            if (written != range.Start)
                bytes.Slice(range.Start, kept).CopyTo(bytes[written..]);
            written += kept;
            if (_stop is not null)
                break;
        }
        consumed = offset;
        return written;
    }

    /// <returns>How many bytes of the event stay.</returns>
    private int ReadEvent(Span<byte> bytes, in SseEventRange range)
    {
        var sse = SseEvent.Read(bytes, range);
        if (!sse.HasData)
            return range.Length;
        Facts.SawUsage = false;
        Format.ReadEvent(sse.Name, sse.Data, ref Facts);
        _calls?.Read(sse.Data);
        if (Facts.Failed)
            MaskSecret(bytes.Slice(range.Start, range.Length));
        if (attempt.Allowance is { } allowance && !Facts.Finished && !Facts.Failed)
            Watch(allowance, sse.Data);
        if (Facts.Ended || Facts.Failed)
            ReachEnd();
        var kept = _strips && Facts.SawUsage ? InjectedUsage.TakeOut(bytes.Slice(range.Start, range.Length), sse.Data) : range.Length;
        sse.Dispose();
        return kept;
    }

    /// <summary>
    /// Some providers quote the key that they did not accept. As many stars as it has bytes, so that the framing stays. (What of an event
    /// went out before it could be told for an error is out.)
    /// </summary>
    private void MaskSecret(Span<byte> bytes)
    {
        if (attempt.Target.Upstream.Secret is not { Length: > 0 } text)
            return;
        var secret = Encoding.UTF8.GetBytes(text);
        while (bytes.IndexOf(secret) is >= 0 and var at)
        {
            bytes.Slice(at, secret.Length).Fill((byte)'*');
            bytes = bytes[(at + secret.Length)..];
        }
    }

    /// <summary>Ends the answer with this event when no budget pays for more.</summary>
    private void Watch(IOutputAllowance allowance, ReadOnlySpan<byte> lastEvent)
    {
        var output = Math.Max(Facts.Usage.OutputTokens, allowance.Estimate(Facts.TextEvents, Facts.TextBytes));
        if (output < allowance.OutputTokens)
            return;
        var reported = Facts.HasUsage ? Facts.Usage : (TokenUsage?)null;
        if (allowance.TryExtend(reported, output) is not { } rejection)
            return;
        _stop = new ArrayBufferWriter<byte>(1024);
        Format.WriteStop(_stop, lastEvent, rejection, Facts, output, allowance.Choices);
        attempt.Stop(StopReason.Budget);
    }

    /// <param name="delivered">Bytes in the caller's buffer that are the last of the upstream's.</param>
    private int StopAfter(int delivered)
    {
        _carry.Release();
        _pending.Append(_stop!.WrittenSpan);
        Completed = true;
        ReachEnd();
        return delivered;
    }

    private int TakePending(Span<byte> destination)
    {
        var count = Math.Min(destination.Length, _pending.Length);
        _pending.Span[..count].CopyTo(destination);
        _pending.Consume(count);
        return count;
    }

    private void GiveUp()
    {
        GaveUp = true;
        _carry.Release();
    }

    private void GiveUp(out int written, out int consumed)
    {
        GaveUp = true;
        written = consumed = _carry.Length;
    }

    /// <summary>The upstream ended the body in an orderly way; whether the stream is complete is for its format to say.</summary>
    private void End()
    {
        Completed = true;
        var offset = 0;
        var unterminated = _carry.Length > 0;
        if (unterminated && _framer.TryFinish(_carry.Span, ref offset, out var last))
        {
            var kept = ReadEvent(_carry.Span, last);
            if (_strips)
                _pending.Append(_carry.Span.Slice(last.Start, kept));
        }
        _carry.Release();
        if (Format.EndsExplicitly && !Facts.Finished && !Facts.Failed && !GaveUp)
            Break(new IOException("The upstream ended the stream before its end."), unterminated);
        else
            ReachEnd();
    }

    private void Break(Exception reason) => Break(reason, _carry.Length > 0);

    /// <summary>The stream is broken: the client gets an error event now, and the failure with the next read.</summary>
    private void Break(Exception reason, bool insideEvent)
    {
        _carry.Release();
        _failure = reason;
        Completed = false;
        Cut = true;
        // Before the first byte the client has no status yet: it gets a real one instead of an event.
        if (FirstByteAt == 0)
            return;
        var words = new ArrayBufferWriter<byte>(512);
        // Half an event may have gone out already: end it, or the error would become part of it.
        if (insideEvent && !_strips)
            words.Write("\n\n"u8);
        Format.WriteError(words, StreamRejection.For(attempt), Facts);
        _pending.Append(words.WrittenSpan);
        ReachEnd();
    }

    private async ValueTask<int> LastWordsAsync(Memory<byte> buffer)
    {
        if (_failure is not null && _pending.Length == 0)
            await FailAsync();
        return TakePending(buffer.Span);
    }

    private async ValueTask FailAsync()
    {
        if (FirstByteAt != 0)
            await Task.Delay(Linger, _time);
        throw new IOException(_failure!.Message, _failure);
    }

    /// <summary>The stream is whole, whatever becomes of the connection: some servers close it without ending the transfer.</summary>
    private bool HasLastEvent => Facts.Ended && !Facts.Failed && _carry.Length == 0 && attempt.StopReason == StopReason.None;

    /// <summary>True when the upstream broke off; false when the gateway was told to stop reading, because the client is gone.</summary>
    private bool IsBroken(Exception e, CancellationToken cancellationToken) =>
        attempt.StopReason != StopReason.None
        || (
            !cancellationToken.IsCancellationRequested
            && (e is IOException or HttpRequestException or ObjectDisposedException || (Source is not null && IsDamage(e)))
        );

    /// <summary>What decoders make of bytes that are not in their format.</summary>
    private static bool IsDamage(Exception e) => e is InvalidDataException or InvalidOperationException;

    protected override void Dispose(bool disposing)
    {
        _carry.Release();
        _pending.Release();
        base.Dispose(disposing);
    }
}
