namespace PromptGateway.Configuration;

/// <summary>Section <c>Gateway</c>: where it listens and keeps its data.</summary>
internal sealed class GatewayListenOptions
{
    /// <summary>Addresses of the API, separated by semicolons.</summary>
    public string Urls { get; set; } = GatewaySettings.DefaultUrls;

    /// <summary>Addresses of <c>/metrics</c> and <c>/admin</c>.</summary>
    public string ManagementUrls { get; set; } = GatewaySettings.DefaultManagementUrls;

    /// <summary>Directory of the database.</summary>
    public string Data { get; set; } = "data";

    /// <summary>Callers send their own provider keys, which go upstream.</summary>
    public bool PassThrough { get; set; }
}
