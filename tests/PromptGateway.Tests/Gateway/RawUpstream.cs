using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PromptGateway.Tests.Gateway;

/// <summary>An upstream of bare sockets, for what no server library would send: resets, half bodies, odd framing.</summary>
internal sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private readonly Action<string>? _headRead;

    /// <param name="serve">Called for each connection after its request was read; the socket is closed afterwards.</param>
    /// <param name="headRead">Told when a request's head and the first bytes of its body have come.</param>
    public RawUpstream(Func<Socket, string, Task> serve, Action<string>? headRead = null)
    {
        _headRead = headRead;
        _listener.Start();
        _accepting = AcceptAsync(serve);
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>What the first read of the first request brought; null until then.</summary>
    public string? FirstPiece { get; private set; }

    public Dictionary<string, string> Environment =>
        new() { ["OPENAI_API_KEY"] = FakeUpstream.Secret, ["OPENAI_BASE_URL"] = new Uri(Address, "v1").ToString() };

    public static Task SendAsync(Socket socket, string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Ends the connection with RST, as a crashed server does.</summary>
    public static void Reset(Socket socket) => socket.Close(0);

    private async Task AcceptAsync(Func<Socket, string, Task> serve)
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                _ = ServeAsync(socket, serve);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket, Func<Socket, string, Task> serve)
    {
        using (socket)
        {
            try
            {
                await serve(socket, await ReadRequestAsync(socket));
            }
            catch (SocketException)
            {
                // The gateway closed first, which is for the test to judge.
            }
            catch (ObjectDisposedException)
            {
                // The test has reset the connection.
            }
        }
    }

    /// <summary>Head and, as far as <c>Content-Length</c> says, body.</summary>
    private async Task<string> ReadRequestAsync(Socket socket)
    {
        var text = "";
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer);
            if (read == 0)
                return text;
            text += Encoding.Latin1.GetString(buffer, 0, read);
            FirstPiece ??= text;
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
                continue;
            if (text.Length > end + 4)
                _headRead?.Invoke(text);
            var at = text.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
            var length = at < 0 ? 0 : int.Parse(text[(at + 16)..text.IndexOf('\r', at)], System.Globalization.CultureInfo.InvariantCulture);
            if (text.Length >= end + 4 + length)
                return text;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }
}
