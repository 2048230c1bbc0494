using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace PromptGateway.Hosting;

/// <summary>The files that the section <c>Kestrel</c> names. Kestrel says of one that is missing only that, not which setting names it.</summary>
internal static class CertificateFiles
{
    private static readonly string[] Names = ["Path", "KeyPath"];

    /// <exception cref="OptionsValidationException">Names every file that is not there.</exception>
    public static void Check(IConfiguration configuration)
    {
        string[] faults =
        [
            .. configuration
                .GetSection("Kestrel:Certificates")
                .GetChildren()
                .SelectMany(certificate => Names.Select(certificate.GetSection))
                .Where(setting => setting.Value is { Length: > 0 } path && !File.Exists(path))
                .Select(setting => $"{setting.Path}: there is no file '{setting.Value}' that can be read."),
        ];
        if (faults.Length > 0)
            throw new OptionsValidationException("Kestrel", typeof(KestrelServerOptions), faults);
    }
}
