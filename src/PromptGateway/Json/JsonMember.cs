using System.Text.Json;

namespace PromptGateway.Json;

/// <summary>Where one member of an object lies. All offsets count bytes from the start of the scanned buffer; ends are exclusive.</summary>
/// <param name="NameStart">The offset of the name's opening quote.</param>
/// <param name="NameEnd">The offset after the name's closing quote.</param>
/// <param name="ValueStart">The offset of the value's first byte.</param>
/// <param name="ValueEnd">The offset after the value's last byte.</param>
/// <param name="Kind">What the value is.</param>
/// <param name="NameHasEscapes">Whether the name is written with escape sequences.</param>
internal readonly record struct JsonMember(
    int NameStart,
    int NameEnd,
    int ValueStart,
    int ValueEnd,
    JsonValueKind Kind,
    bool NameHasEscapes = false
)
{
    public int ValueLength => ValueEnd - ValueStart;

    /// <summary>The value exactly as written: strings with their quotes and escapes, numbers with their lexeme.</summary>
    public ReadOnlySpan<byte> RawValue(ReadOnlySpan<byte> utf8) => utf8[ValueStart..ValueEnd];

    /// <summary>The name as written, without its quotes; escapes are not decoded.</summary>
    public ReadOnlySpan<byte> RawName(ReadOnlySpan<byte> utf8) => utf8[(NameStart + 1)..(NameEnd - 1)];

    public bool NameEquals(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> decodedName) =>
        NameHasEscapes ? JsonEscape.EqualsDecoded(RawName(utf8), decodedName) : RawName(utf8).SequenceEqual(decodedName);
}
