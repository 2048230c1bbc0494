using PromptGateway.Chat;

namespace PromptGateway.Prompts;

/// <summary>
/// Reads a whole form for a caller that may not use every model. Servers differ in how much disorder they forgive, and so in which
/// field they take for <c>model</c>; whatever could be read in two ways is refused.
/// </summary>
internal static class StrictForm
{
    /// <returns>Where the model's name lies, null when there is no such field; or why the form is refused.</returns>
    public static (Range? Model, Rejection? Rejection) FindModel(ReadOnlySpan<byte> body, ReadOnlySpan<byte> delimiter)
    {
        Range? model = null;
        var at = 0;
        if (!body.StartsWith(delimiter))
            return (null, Unclear("it does not start with its boundary"));
        while (true)
        {
            at += delimiter.Length;
            if (body[at..].StartsWith("--"u8))
                return body[at..].IndexOf(delimiter) < 0 ? (model, null) : (null, Unclear("it goes on after its end"));
            if (!body[at..].StartsWith("\r\n"u8))
                return (null, Unclear("a boundary is not followed by the end of its line"));
            at += 2;
            var next = body[at..].IndexOf(delimiter);
            if (next < 2 || !body[(at + next - 2)..].StartsWith("\r\n"u8))
                return (null, Unclear("a boundary does not stand at the start of a line, or the last one is missing"));
            var part = body.Slice(at, next - 2);
            var head = part.IndexOf("\r\n\r\n"u8);
            if (head < 0 || !FormPartName.TryRead(part[..head], out var name))
                return (null, Unclear("the headers of a part cannot be read"));
            if (name.SequenceEqual("model"u8))
            {
                if (model is not null)
                    return (null, Rejection.BadRequest("duplicate_parameter", "The form has more than one 'model' field.", "model"));
                model = new Range(at + head + 4, at + next - 2);
            }
            at += next;
        }
    }

    private static Rejection Unclear(string what) =>
        Rejection.BadRequest(
            "invalid_form",
            $"The form is not well-formed: {what}. A key with a model restriction can send only forms that every server reads alike.",
            "model"
        );
}
