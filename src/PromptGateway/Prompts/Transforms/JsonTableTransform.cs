using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// <c>json-table</c>: arrays of objects with the same members become a header and one row for each object, <c>[{a,b{c,d},e=1}:</c> and
/// then <c>x,2,3</c>: <c>b</c> is an object with the members c and d, and e is 1 in every row. An empty cell is a member that the object
/// lacks, a row with <c>!</c> is any other value as JSON. With <c>f=x-{}.y</c> a cell <c>1</c> is the string <c>x-1.y</c>; with <c>g?{h,i}</c>
/// the object g may be null (its first cell then says so) or missing. Strings stand without quotes where that leaves no doubt. JSON lines
/// become one table. Objects whose members are such objects become rows with names, <c>{{a,b}:</c> and then <c>name:1,2</c>, or
/// <c>name=value</c> for any other value.
/// </summary>
internal sealed class JsonTableTransform : IPromptTransform
{
    private const int Shortest = 96;

    /// <summary>Bytes. Below it the same text may be longer in tokens: quotes are bytes, but seldom tokens of their own.</summary>
    private const int SmallestGain = 24;

    /// <summary>As <see cref="SmallestGain"/>, with named rows: their header is longer, and a name and its sign are a token each.</summary>
    private const int SmallestKeyedGain = 48;
    private const int GainOfKeyedLine = 2;

    public string Name => "json-table";

    public TransformClass Class => TransformClass.Lossless;

    public bool IsLocal => true;

    public string? Propose(in TransformInput input, TextBuffer output)
    {
        var text = input.Text;
        if (text.Length < Shortest)
            return SkipReason.TooShort;
        using var tape = JsonTape.Rent();
        if (!tape.TryParse(text))
            return SkipReason.NotJson;
        var writer = new JsonTableWriter(text, tape, output);
        if (!writer.TryWrite())
            return SkipReason.NothingToDo;
        var gain = writer.HasKeyed ? SmallestKeyedGain + GainOfKeyedLine * output.Text.Count((byte)'\n') : SmallestGain;
        return output.Length + gain <= text.Length ? null : SkipReason.NotSmaller;
    }

    public bool Keeps(in TransformInput before, ReadOnlySpan<byte> after, TextBuffer scratch, TextBuffer other) =>
        JsonTableReader.TryDecode(after, scratch)
        && (
            // What was compacted before need not be compacted again to be compared.
            scratch.Text.SequenceEqual(before.Text)
            || (JsonCompaction.TryWrite(before.Text, other) && scratch.Text.SequenceEqual(other.Text))
        );
}
