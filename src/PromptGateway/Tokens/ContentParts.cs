using System.Text.Json;

namespace PromptGateway.Tokens;

/// <summary>The content of a message: a string, or the parts that chat completions and responses know.</summary>
internal static class ContentParts
{
    /// <param name="tally">Counts.</param>
    /// <param name="content">A string, an array of parts, or anything else, which counts nothing.</param>
    /// <param name="endWithNewLine">Counts a line break after a string that does not end in one.</param>
    public static void Add(PromptTally tally, JsonElement content, bool endWithNewLine = false)
    {
        tally.Text(content, endWithNewLine);
        var parts = 0;
        foreach (var part in content.Elements())
        {
            AddPart(tally, part);
            // How the texts of several parts are joined is not published.
            if (++parts > 1)
                tally.MarkInexact();
        }
    }

    /// <summary>Counts one part; of an unknown kind by its JSON.</summary>
    public static void AddPart(PromptTally tally, JsonElement part)
    {
        var type = part.Member("type"u8);
        if (type.Says("text"u8) || type.Says("input_text"u8) || type.Says("output_text"u8) || type.Says("refusal"u8))
        {
            tally.Text(part.Member("text"u8));
            tally.Text(part.Member("refusal"u8));
        }
        else if (type.Says("image_url"u8))
        {
            var image = part.Member("image_url"u8);
            tally.Image(image.ValueKind == JsonValueKind.String ? image : image.Member("url"u8), Detail(image));
        }
        else if (type.Says("input_image"u8))
        {
            tally.Image(part.Member("image_url"u8), Detail(part));
        }
        else if (type.Says("input_audio"u8))
        {
            tally.Audio(part.Member("input_audio"u8).Member("data"u8));
        }
        else if (type.Says("file"u8) || type.Says("input_file"u8))
        {
            tally.Document(part.Member("file"u8).Member("file_data"u8));
            tally.Document(part.Member("file_data"u8));
        }
        else
        {
            tally.Json(part);
        }
    }

    private static ImageDetail Detail(JsonElement image)
    {
        var detail = image.Member("detail"u8);
        if (detail.Says("low"u8))
            return ImageDetail.Low;
        if (detail.Says("high"u8))
            return ImageDetail.High;
        return detail.Says("original"u8) ? ImageDetail.Original : ImageDetail.Auto;
    }
}
