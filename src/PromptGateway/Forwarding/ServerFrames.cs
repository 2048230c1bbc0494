using System.Buffers.Binary;

namespace PromptGateway.Forwarding;

/// <summary>
/// Puts the text messages of a WebSocket server together from the bytes of the connection (RFC 6455 section 5), which may come in any
/// pieces: fragmented messages, control frames in between, 64-bit lengths. What no server may send (masked, compressed without having
/// been asked) makes it give up.
/// </summary>
/// <param name="longestMessage">Bytes; a longer message is passed over.</param>
internal sealed class ServerFrames(int longestMessage) : IDisposable
{
    private const int Final = 0x80;
    private const int Reserved = 0x70;
    private const int Masked = 0x80;
    private const int LongestControl = 125;
    private readonly byte[] _header = new byte[10];
    private int _headerLength;
    private bool _inPayload;
    private long _remaining;
    private bool _final;
    private Opcode _opcode;
    private bool _inMessage;
    private bool _collects;
    private bool _delivered;
    private CarryBuffer _message;

    /// <summary>From here on the connection cannot be read.</summary>
    public bool GaveUp { get; private set; }

    /// <summary>A message was too long and was passed over.</summary>
    public bool Skipped { get; private set; }

    /// <summary>The server has said goodbye.</summary>
    public bool Closed { get; private set; }

    private enum Opcode
    {
        Continuation = 0,
        Text = 1,
        Binary = 2,
        Close = 8,
        Ping = 9,
        Pong = 10,
    }

    /// <summary>Takes bytes until a text message is complete.</summary>
    /// <param name="bytes">Advanced past what was taken.</param>
    /// <param name="message">Valid until the next call and as long as <paramref name="bytes"/>.</param>
    /// <returns>False when all bytes are taken and no message is complete.</returns>
    public bool TryRead(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> message)
    {
        message = default;
        if (_delivered)
        {
            _message.Release();
            _delivered = false;
        }
        while (!GaveUp && (_inPayload || TryReadHeader(ref bytes)))
        {
            var part = bytes[..(int)Math.Min(bytes.Length, _remaining)];
            bytes = bytes[part.Length..];
            _remaining -= part.Length;
            var whole = _remaining == 0;
            _inPayload = !whole;
            var isControl = _opcode >= Opcode.Close;
            if (!isControl && _collects && Take(part, whole, ref message))
                return true;
            if (!whole)
                return false;
            if (isControl)
                Closed |= _opcode == Opcode.Close;
            else if (_final)
                _inMessage = false;
        }
        return false;
    }

    /// <returns>True when <paramref name="message"/> is complete.</returns>
    private bool Take(ReadOnlySpan<byte> part, bool whole, ref ReadOnlySpan<byte> message)
    {
        if (_message.Length + part.Length > longestMessage)
        {
            Skipped = true;
            _collects = false;
            _message.Release();
            return false;
        }
        var complete = whole && _final;
        // Most messages are one frame in one piece: nothing is copied.
        if (complete && _message.Length == 0)
        {
            message = part;
        }
        else
        {
            _message.Append(part);
            if (!complete)
                return false;
            message = _message.Span;
            _delivered = true;
        }
        _inMessage = false;
        return true;
    }

    private bool TryReadHeader(ref ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            var missing = HeaderSize() - _headerLength;
            if (missing == 0)
                break;
            if (bytes.IsEmpty)
                return false;
            var part = bytes[..Math.Min(bytes.Length, missing)];
            part.CopyTo(_header.AsSpan(_headerLength));
            _headerLength += part.Length;
            bytes = bytes[part.Length..];
        }
        _headerLength = 0;
        GaveUp = !Begin();
        _inPayload = !GaveUp;
        return _inPayload;
    }

    /// <summary>Two bytes, and the length if it does not fit into them.</summary>
    private int HeaderSize() =>
        _headerLength < 2
            ? 2
            : (_header[1] & ~Masked) switch
            {
                126 => 4,
                127 => 10,
                _ => 2,
            };

    /// <returns>False for what a server may not send.</returns>
    private bool Begin()
    {
        var (first, second) = (_header[0], _header[1]);
        _opcode = (Opcode)(first & 0x0F);
        _final = (first & Final) != 0;
        _remaining = second switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)),
            127 => BinaryPrimitives.ReadInt64BigEndian(_header.AsSpan(2)),
            _ => second,
        };
        if ((first & Reserved) != 0 || (second & Masked) != 0 || _remaining < 0)
            return false;
        switch (_opcode)
        {
            case Opcode.Text or Opcode.Binary when !_inMessage:
                _inMessage = true;
                _collects = _opcode == Opcode.Text;
                return true;
            case Opcode.Continuation:
                return _inMessage;
            case Opcode.Close or Opcode.Ping or Opcode.Pong:
                return _final && _remaining <= LongestControl;
            default:
                return false;
        }
    }

    public void Dispose() => _message.Release();
}
