using System.Text.Json.Nodes;

namespace PromptGateway.Simulator.Storage;

/// <summary>An uploaded or produced file.</summary>
internal sealed record StoredFile(string Id, string Name, string Purpose, long Created, byte[] Content)
{
    public JsonObject Describe() =>
        new()
        {
            ["id"] = Id,
            ["object"] = "file",
            ["bytes"] = Content.Length,
            ["created_at"] = Created,
            ["expires_at"] = null,
            ["filename"] = Name,
            ["purpose"] = Purpose,
            ["status"] = "processed",
        };
}
