using System.Net.Sockets;

namespace PromptGateway.Hosting;

/// <summary>The file of a Unix socket, which outlives a process that was killed, and would keep the next one from listening.</summary>
internal static class SocketFile
{
    /// <summary>Removes a file that nobody listens on any more.</summary>
    public static void RemoveLeftBehind(string path)
    {
        if (!File.Exists(path))
            return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused && !CanBeOpened(path))
        {
            File.Delete(path);
        }
        catch (SocketException)
        {
            // Whatever it is, listening will say what is wrong with it.
        }
    }

    /// <summary>No socket can; a file with something in it, which is named by mistake, refuses connections too.</summary>
    private static bool CanBeOpened(string path)
    {
        try
        {
            File.OpenHandle(path).Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
