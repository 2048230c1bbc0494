using System.Net;
using System.Net.Sockets;

namespace PromptGateway.Benchmarks.Load;

/// <summary>Sends requests over raw sockets and counts whole answers, or the chunks of streams. Fails on anything but success.</summary>
internal static class LoadGenerator
{
    public const string Key = "load-benchmark-key-0123456789";

    public static async Task<long> RunAsync(int port, Scenario scenario, TimeSpan duration)
    {
        var until = DateTime.UtcNow + duration;
        var request = scenario.Request(Key);
        var loops = Enumerable.Range(0, scenario.Connections).Select(_ => LoopAsync(port, request, scenario.Stream, until));
        return (await Task.WhenAll(loops)).Sum();
    }

    private static async Task<long> LoopAsync(int port, byte[] request, bool stream, DateTime until)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var buffer = new byte[16 * 1024];
        var units = 0L;
        while (DateTime.UtcNow < until)
        {
            await socket.SendAsync(request);
            units += await ReadAsync(socket, buffer, stream);
        }
        return units;
    }

    private static async Task<long> ReadAsync(Socket socket, byte[] buffer, bool stream)
    {
        var units = 0L;
        var length = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length));
            if (read == 0)
                throw new IOException("The connection was closed in the middle of an answer.");
            if (length == 0 && units == 0 && !buffer.AsSpan(0, read).StartsWith("HTTP/1.1 200"u8))
                throw new InvalidOperationException(
                    "Not answered with 200: " + System.Text.Encoding.ASCII.GetString(buffer, 0, Math.Min(read, 200))
                );
            length += read;
            if (!stream)
            {
                if (buffer.AsSpan(0, length).EndsWith("}}"u8) && buffer.AsSpan(0, length).IndexOf("\"usage\""u8) >= 0)
                    return 1;
                continue;
            }
            units += buffer.AsSpan(0, length).Count("data: {"u8);
            if (buffer.AsSpan(0, length).EndsWith("0\r\n\r\n"u8))
                return units;
            // A mark that was cut in two is completed by what comes next.
            var tail = Math.Min(6, length);
            buffer.AsSpan(length - tail, tail).CopyTo(buffer);
            length = buffer.AsSpan(0, tail).IndexOf("data: {"u8) >= 0 ? 0 : tail;
        }
    }
}
