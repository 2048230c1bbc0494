using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace PromptGateway.Hosting;

/// <summary>
/// Serves HTTP/1.1 and HTTP/2 with prior knowledge on one cleartext port. Kestrel chooses HTTP/2 only after TLS has negotiated it; here
/// the first bytes decide: HTTP/2 starts with <c>PRI * HTTP/2.0</c>, which no HTTP/1.1 request does.
/// </summary>
internal static class ProtocolSniffing
{
    /// <summary>A connection that says nothing for so long is closed; Kestrel's own limits begin after the first byte.</summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(130);

    public static void SniffHttp2(this ListenOptions listen, TimeProvider time) =>
        listen.Use(next => connection => SniffAsync(connection, next, time));

    private static async Task SniffAsync(ConnectionContext connection, ConnectionDelegate next, TimeProvider time)
    {
        var input = connection.Transport.Input;
        using (var silence = new CancellationTokenSource(SilenceLimit, time))
        {
            try
            {
                while (true)
                {
                    var read = await input.ReadAsync(silence.Token);
                    var starts = StartsHttp2(read.Buffer);
                    input.AdvanceTo(read.Buffer.Start, starts is null ? read.Buffer.End : read.Buffer.Start);
                    if (starts == true)
                        AnnounceHttp2(connection);
                    if (starts is not null || read.IsCompleted)
                        break;
                }
            }
            catch (OperationCanceledException)
            {
                connection.Abort();
                return;
            }
            catch (Exception e) when (e is ConnectionResetException or ConnectionAbortedException)
            {
                return;
            }
        }
        await next(connection);
    }

    /// <summary>Two bytes tell: of all methods only HTTP/2's preface starts with <c>PR</c>, apart from WebDAV's PROPFIND and PROPPATCH.</summary>
    private static bool? StartsHttp2(ReadOnlySequence<byte> start)
    {
        Span<byte> first = stackalloc byte[4];
        var length = (int)Math.Min(start.Length, first.Length);
        start.Slice(0, length).CopyTo(first);
        if (!"PRI "u8.StartsWith(first[..length]))
            return false;
        return length == first.Length ? true : null;
    }

    private static void AnnounceHttp2(ConnectionContext connection)
    {
        connection.Features.Set<ITlsConnectionFeature>(Negotiated.Instance);
        connection.Features.Set<ITlsApplicationProtocolFeature>(Negotiated.Instance);
    }

    /// <summary>Tells Kestrel what a TLS handshake would have told it.</summary>
    private sealed class Negotiated : ITlsConnectionFeature, ITlsApplicationProtocolFeature
    {
        public static readonly Negotiated Instance = new();
        private static readonly byte[] Http2 = "h2"u8.ToArray();

        public ReadOnlyMemory<byte> ApplicationProtocol => Http2;

        public X509Certificate2? ClientCertificate
        {
            get => null;
            set => throw new NotSupportedException();
        }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) =>
            Task.FromResult<X509Certificate2?>(null);
    }
}
