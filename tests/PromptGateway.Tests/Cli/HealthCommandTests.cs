using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tests.Storage;

namespace PromptGateway.Tests.Cli;

public sealed class HealthCommandTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    /// <summary>The check of a container asks on loopback, for which nobody makes a certificate.</summary>
    [Fact]
    public async Task Health_ManagementAddressWithTls_AsksItsOwnGatewayAllTheSame()
    {
        await using var gateway = await TlsAsync();
        var address = $"https://*:{gateway.ManagementAddress.Port}";

        var run = await CommandRun.OfAsync("health", "--management-urls", address);

        run.ExitCode.ShouldBe(0, run.Error);
    }

    [Fact]
    public async Task Health_NamedAddressWhoseCertificateIsNotTrusted_SaysSo()
    {
        await using var gateway = await TlsAsync();

        var run = await CommandRun.OfAsync("health", "--url", gateway.ManagementAddress.ToString());

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("certificate");
    }

    [Fact]
    public async Task LedgerVerify_CertificateThatIsNotTrusted_GetsNoKey()
    {
        await using var gateway = await TlsAsync();
        string[] options = ["--management-url", gateway.ManagementAddress.ToString(), "--admin-key", TestGateway.AdminKey];

        var run = await CommandRun.OfAsync(["ledger", "verify", .. options]);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("the name in its certificate");
    }

    private Task<TestGateway> TlsAsync()
    {
        Directory.CreateDirectory(_directory.Path);
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=gateway.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return TestGateway.StartAsync(
            settings: settings => settings with { ManagementUrls = "https://127.0.0.1:0" },
            configuration: new()
            {
                ["Kestrel:Certificates:Default:Path"] = Pem("certificate.pem", certificate.ExportCertificatePem()),
                ["Kestrel:Certificates:Default:KeyPath"] = Pem("key.pem", key.ExportPkcs8PrivateKeyPem()),
            }
        );
    }

    private string Pem(string name, string text)
    {
        var path = Path.Combine(_directory.Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => _directory.Dispose();
}
