using System.Text;
using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// <c>log-fold</c>: lines that differ only in stamps, counters and ids share one form, which is written once; each line is then the form's
/// number and its own values, in the order of the log. Lines that repeat the line before are counted.
/// </summary>
internal sealed class LogFoldTransform : IPromptTransform
{
    private const int Shortest = 400;

    public string Name => "log-fold";

    public TransformClass Class => TransformClass.Lossless;

    public bool IsLocal => true;

    public string? Propose(in TransformInput input, TextBuffer output)
    {
        if (input.Text.Length < Shortest)
            return SkipReason.TooShort;
        if (IsPage(input.Text))
            return SkipReason.NothingToDo;
        if (SourceCodeLook.IsCode(input.Text) && !SourceCodeLook.HasStamps(input.Text))
            return SkipReason.SourceCode;
        using var forms = LogForms.Rent();
        if (!forms.TryFind(input.Text))
            return SkipReason.NothingToDo;
        output.Append(Encodings.Log);
        LogFoldWriter.Write(input.Text, forms, output);
        return output.Length < input.Text.Length ? null : SkipReason.NotSmaller;
    }

    /// <summary>The lines of a page have forms too, but it is no log, and folding it never pays.</summary>
    private static bool IsPage(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t\r\n"u8);
        return StartsWith(text, "<!doctype html"u8) || StartsWith(text, "<html"u8);
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) =>
        text.Length >= lower.Length && Ascii.EqualsIgnoreCase(text[..lower.Length], lower);

    public bool Keeps(in TransformInput before, ReadOnlySpan<byte> after, TextBuffer scratch, TextBuffer other) =>
        LogFoldReader.TryDecode(after, scratch) && scratch.Text.SequenceEqual(before.Text);
}
