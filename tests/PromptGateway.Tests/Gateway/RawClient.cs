using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace PromptGateway.Tests.Gateway;

/// <summary>A client of bare sockets, for what no client library would send.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly List<byte> _read = [];

    private RawClient(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    public static async Task<RawClient> ConnectAsync(TestGateway gateway, int? receiveBuffer = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        await socket.ConnectAsync("127.0.0.1", gateway.Address.Port);
        return new RawClient(socket);
    }

    /// <summary>The head of a request with the test's key; <paramref name="more"/> holds whole lines with CRLF.</summary>
    public static string Head(string path, string more, string method = "POST") =>
        $"{method} {path} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {TestGateway.ApiKey}\r\nContent-Type: application/json\r\n{more}\r\n";

    public Task SendAsync(string text) => Socket.SendAsync(Encoding.UTF8.GetBytes(text));

    public Task SendAsync(byte[] bytes) => Socket.SendAsync(bytes);

    /// <summary>The next answer: status and body, which must have a <c>Content-Length</c>. Status 0: the connection was closed instead.</summary>
    public async Task<(int Status, string Head, string Body)> ReadAnswerAsync()
    {
        while (true)
        {
            var text = Encoding.Latin1.GetString([.. _read]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                var head = text[..end];
                var at = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
                var length = at < 0 ? 0 : int.Parse(head[(at + 16)..].Split('\r')[0], CultureInfo.InvariantCulture);
                if (_read.Count >= end + 4 + length)
                {
                    var body = Encoding.UTF8.GetString([.. _read.GetRange(end + 4, length)]);
                    _read.RemoveRange(0, end + 4 + length);
                    return (int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture), head, body);
                }
            }
            var received = await ReceiveAsync();
            if (received == 0)
                return (0, "", "");
            _read.AddRange(_buffer.AsSpan(0, received));
        }
    }

    /// <summary>All bytes until the other side closes.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReceiveAsync() is > 0 and var received)
            _read.AddRange(_buffer.AsSpan(0, received));
        return Encoding.UTF8.GetString([.. _read]);
    }

    private async Task<int> ReceiveAsync()
    {
        try
        {
            return await Socket.ReceiveAsync(_buffer);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    public void Dispose() => Socket.Dispose();
}
