using System.Text;

namespace PromptGateway.Tests.Gateway;

/// <summary>What an upstream was sent.</summary>
internal sealed record ReceivedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
}
