using Microsoft.AspNetCore.Http.Features;

namespace PromptGateway.Forwarding;

/// <summary>Hands YARP the client's connection with a <see cref="RealtimeTap"/> on it, whichever way the WebSocket was started.</summary>
internal sealed class TappedUpgrade(IHttpUpgradeFeature? upgrade, IHttpExtendedConnectFeature? connect, RealtimeTap tap)
    : IHttpUpgradeFeature,
        IHttpExtendedConnectFeature
{
    /// <summary>HTTP/1.1.</summary>
    public bool IsUpgradableRequest => upgrade?.IsUpgradableRequest == true;

    /// <summary>HTTP/2 (RFC 8441).</summary>
    public bool IsExtendedConnect => connect?.IsExtendedConnect == true;

    public string? Protocol => connect?.Protocol;

    public async Task<Stream> UpgradeAsync() => Tap(await upgrade!.UpgradeAsync());

    public async ValueTask<Stream> AcceptAsync() => Tap(await connect!.AcceptAsync());

    private TappedDuplexStream Tap(Stream client)
    {
        tap.Opened = true;
        return new TappedDuplexStream(client, tap);
    }
}
