namespace PromptGateway.Hosting;

/// <summary>Which address an endpoint belongs to; one without it belongs to the API address.</summary>
internal enum Surface
{
    Api,
    Management,
    Both,
}
