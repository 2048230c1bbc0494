namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// The first words of the texts that lossless transforms write. They tell the model how to read what follows, and the decoders that there
/// is something to decode. A text that carries one already is left alone by every transform.
/// </summary>
internal static class Encodings
{
    public static ReadOnlySpan<byte> Table => "JSON with arrays as tables [{columns}:rows]"u8;

    public static ReadOnlySpan<byte> LineTable => "JSON lines as one table [{columns}:rows]"u8;

    /// <summary>Follows one of the two, where the strings of a column have their beginning or end in the header.</summary>
    public static ReadOnlySpan<byte> Holes => ", x=a{}b: cells stand for {}"u8;

    /// <summary>Follows, where an object is a table whose rows have names.</summary>
    public static ReadOnlySpan<byte> Keyed => ", {{columns}:name:row}"u8;

    public static ReadOnlySpan<byte> Log =>
        "Log, folded: \"N=\" defines a line form, \"N a b\" is that line with a, b for its {}, \"*k\" repeats the line above k times\n"u8;

    public static ReadOnlySpan<byte> Reference => "[= lines "u8;

    public static ReadOnlySpan<byte> Masked => "[left out: "u8;

    public static ReadOnlySpan<byte> Excerpt => "[excerpt: "u8;

    public static ReadOnlySpan<byte> Gap => "[... "u8;

    public static bool IsEncoded(ReadOnlySpan<byte> text) =>
        text.StartsWith(Table)
        || text.StartsWith(LineTable)
        || text.StartsWith(Log)
        || text.StartsWith(Reference)
        || text.StartsWith(Masked)
        || text.StartsWith(Excerpt)
        || text.IndexOf("\n[= lines "u8) >= 0;
}
