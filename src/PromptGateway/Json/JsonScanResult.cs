using System.Globalization;

namespace PromptGateway.Json;

/// <summary>
/// The outcome of <see cref="JsonObjectScan"/>: where the object lies, or what is wrong and at which byte. All offsets count bytes from
/// the start of the scanned buffer.
/// </summary>
/// <param name="Error"><see cref="JsonScanError.None"/> when the document is a valid object.</param>
/// <param name="ErrorOffset">The byte that is wrong; the buffer's length when it ends too early.</param>
/// <param name="ObjectStart">The offset of the opening brace.</param>
/// <param name="ObjectClose">The offset of the closing brace: a member is inserted at or before it.</param>
internal readonly record struct JsonScanResult(JsonScanError Error, int ErrorOffset, int ObjectStart, int ObjectClose)
{
    public bool IsValid => Error == JsonScanError.None;

    /// <summary>A sentence for the caller: says what is wrong and where, and repeats nothing of the document.</summary>
    public string Message =>
        IsValid ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"Invalid JSON at byte {ErrorOffset}: {Describe(Error)}.");

    private static string Describe(JsonScanError error) =>
        error switch
        {
            JsonScanError.Empty => "the body is empty; send a JSON object",
            JsonScanError.ByteOrderMark => "the body starts with a byte order mark; send UTF-8 without it",
            JsonScanError.NotAnObject => "the body must be a JSON object that starts with '{'",
            JsonScanError.UnexpectedEnd => "the document ends too early",
            JsonScanError.UnexpectedCharacter => "this character is not allowed here",
            JsonScanError.InvalidLiteral => "expected true, false or null",
            JsonScanError.InvalidNumber => "this is not a JSON number",
            JsonScanError.InvalidEscape => "this escape sequence is not allowed in a string",
            JsonScanError.LoneSurrogate => "this \\u escape is half of a surrogate pair; the other half is missing",
            JsonScanError.ControlCharacter => "control characters in strings must be escaped",
            JsonScanError.InvalidUtf8 => "the string is not valid UTF-8",
            JsonScanError.TooDeep => "objects and arrays are nested too deeply",
            JsonScanError.TooManyMembers => "the object has too many members",
            JsonScanError.DuplicateMember => "this member name was used before in the same object",
            JsonScanError.TrailingData => "there is more text after the end of the object",
            _ => "the document is not valid",
        };
}
