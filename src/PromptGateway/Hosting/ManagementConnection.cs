namespace PromptGateway.Hosting;

/// <summary>Marks connections that came in on the management address. The <c>Host</c> header could lie about it.</summary>
internal sealed class ManagementConnection
{
    public static readonly ManagementConnection Mark = new();
}
