using System.Net.Sockets;
using PromptGateway.Hosting;
using PromptGateway.Tests.Storage;

namespace PromptGateway.Tests.Hosting;

public sealed class SocketFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly string _path;

    public SocketFileTests()
    {
        Directory.CreateDirectory(_directory.Path);
        _path = Path.Combine(_directory.Path, "s");
    }

    private Socket Listen()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_path));
        socket.Listen();
        return socket;
    }

    /// <summary>What a killed process leaves: .NET itself removes the file when it closes the socket.</summary>
    private void LeaveBehind()
    {
        var aside = _path + "_";
        using (Listen())
            File.Move(_path, aside);
        File.Move(aside, _path);
    }

    [Fact]
    public void RemoveLeftBehind_FileOfAKilledProcess_IsGone()
    {
        LeaveBehind();

        SocketFile.RemoveLeftBehind(_path);

        File.Exists(_path).ShouldBeFalse();
        Listen().Dispose();
    }

    [Fact]
    public void RemoveLeftBehind_SomebodyListens_Stays()
    {
        using var other = Listen();

        SocketFile.RemoveLeftBehind(_path);

        File.Exists(_path).ShouldBeTrue();
    }

    [Fact]
    public void RemoveLeftBehind_FileThatIsNoSocket_Stays()
    {
        File.WriteAllText(_path, "x");

        SocketFile.RemoveLeftBehind(_path);

        File.Exists(_path).ShouldBeTrue();
    }

    [Fact]
    public void RemoveLeftBehind_FileThatSomebodyHasLocked_Stays()
    {
        using var file = new FileStream(_path, FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        SocketFile.RemoveLeftBehind(_path);

        File.Exists(_path).ShouldBeTrue();
    }

    public void Dispose() => _directory.Dispose();
}
