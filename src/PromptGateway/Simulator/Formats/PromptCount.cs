using System.Text.Json;
using PromptGateway.Tokens;

namespace PromptGateway.Simulator.Formats;

/// <summary>Counts OpenAI prompts by the rules of the model's family, as the provider would bill them.</summary>
internal static class PromptCount
{
    public static int Chat(JsonElement body, string model)
    {
        var tally = Tally(model);
        ChatCompletionsCount.Add(tally, body);
        return tally.Result().Tokens;
    }

    /// <summary>The request itself, without the responses that it continues.</summary>
    public static int Responses(JsonElement body, string model)
    {
        var tally = Tally(model);
        ResponsesCount.Add(tally, body);
        return tally.Result().Tokens;
    }

    /// <summary>A legacy completion's prompt: text or token ids.</summary>
    public static int Completion(JsonElement body, string model)
    {
        var tally = Tally(model);
        PlainInputCount.Add(tally, body.Member("prompt"));
        return tally.Result().Tokens;
    }

    /// <summary>A content part: an image by its size, audio and files by their length.</summary>
    public static int Part(JsonElement part, string model)
    {
        var tally = Tally(model);
        ContentParts.AddPart(tally, part);
        return tally.Result().Tokens;
    }

    /// <summary>The tokens of each tool of the request: its share, by length, of what all of them cost together.</summary>
    public static int[] Tools(JsonElement body, string model)
    {
        var tally = Tally(model);
        ToolDefinitions.Add(tally, ToolDefinitions.Read(body), hasSystemMessage: false);
        var total = tally.Result().Tokens;
        var lengths = body.Items("tools").Select(tool => (long)tool.GetRawText().Length).ToArray();
        var (all, before) = (lengths.Sum(), 0L);
        var shares = new int[lengths.Length];
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = (int)((total * (before + lengths[i]) / all) - (total * before / all));
            before += lengths[i];
        }

        return shares;
    }

    /// <summary>An image in base64.</summary>
    public static int Image(JsonElement data, string model)
    {
        var tally = Tally(model);
        tally.Image(data, ImageDetail.Auto);
        return tally.Result().Tokens;
    }

    private static PromptTally Tally(string model) => new(ModelTokenRules.For(model), int.MaxValue);
}
