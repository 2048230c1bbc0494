using System.Net.Sockets;

namespace PromptGateway.Hosting;

/// <summary>The file of a Unix socket, which outlives a process that was killed, and would keep the next one from listening.</summary>
internal static class SocketFile
{
    /// <summary>What opening a socket fails with: ENXIO of Linux, EOPNOTSUPP of macOS, ERROR_CANT_ACCESS_FILE of Windows.</summary>
    private static readonly int[] CannotBeOpened = [6, 102, unchecked((int)0x80070780)];

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
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused && IsSocket(path))
        {
            File.Delete(path);
        }
        catch (SocketException)
        {
            // Whatever it is, listening will say what is wrong with it.
        }
    }

    /// <summary>Other files, which are named by mistake, refuse connections too.</summary>
    private static bool IsSocket(string path)
    {
        try
        {
            // For writing too: a named pipe that is opened for reading alone waits for somebody who writes.
            File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite).Dispose();
            return false;
        }
        catch (IOException e)
        {
            // One that somebody else has locked cannot be opened either.
            return CannotBeOpened.Contains(e.HResult);
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
