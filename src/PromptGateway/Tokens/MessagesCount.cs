using System.Text.Json;

namespace PromptGateway.Tokens;

/// <summary>Counts an Anthropic messages body. Never exact: neither tokenizer nor framing is published.</summary>
internal static class MessagesCount
{
    public static void Add(PromptTally tally, JsonElement root)
    {
        tally.MarkInexact();
        var system = root.Member("system"u8);
        var hasSystem = system.ValueKind is JsonValueKind.String or JsonValueKind.Array;
        if (hasSystem)
        {
            tally.Add(ModelTokenRules.PerMessage);
            tally.Text("system"u8);
            AddContent(tally, system);
        }
        foreach (var message in root.Member("messages"u8).Elements())
        {
            tally.Add(ModelTokenRules.PerMessage);
            tally.Text(message.Member("role"u8));
            AddContent(tally, message.Member("content"u8));
        }
        tally.Add(ModelTokenRules.Reply);
        ToolDefinitions.Add(tally, ToolDefinitions.Read(root), hasSystem);
        tally.Json(root.Member("output_config"u8).Member("format"u8).Member("schema"u8));
    }

    private static void AddContent(PromptTally tally, JsonElement content)
    {
        tally.Text(content);
        foreach (var block in content.Elements())
            AddBlock(tally, block);
    }

    private static void AddBlock(PromptTally tally, JsonElement block)
    {
        var type = block.Member("type"u8);
        if (type.Says("text"u8))
        {
            tally.Text(block.Member("text"u8));
        }
        else if (type.Says("thinking"u8))
        {
            tally.Text(block.Member("thinking"u8));
        }
        else if (type.Says("image"u8))
        {
            tally.Image(block.Member("source"u8).Member("data"u8), ImageDetail.Auto);
        }
        else if (type.Says("tool_use"u8))
        {
            tally.Text(block.Member("name"u8));
            tally.Json(block.Member("input"u8));
        }
        else if (type.Says("tool_result"u8))
        {
            AddContent(tally, block.Member("content"u8));
        }
        else if (type.Says("document"u8))
        {
            AddDocument(tally, block);
        }
        else
        {
            tally.Json(block);
        }
    }

    private static void AddDocument(PromptTally tally, JsonElement document)
    {
        tally.Text(document.Member("title"u8));
        tally.Text(document.Member("context"u8));
        var source = document.Member("source"u8);
        if (source.Member("type"u8).Says("base64"u8))
            tally.Document(source.Member("data"u8));
        else
            tally.Text(source.Member("data"u8));
        AddContent(tally, source.Member("content"u8));
    }
}
