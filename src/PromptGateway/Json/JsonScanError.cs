namespace PromptGateway.Json;

/// <summary>Why a document was refused by <see cref="JsonObjectScan"/>. <see cref="JsonScanResult.Message"/> puts it in words.</summary>
internal enum JsonScanError
{
    None,
    Empty,
    ByteOrderMark,
    NotAnObject,
    UnexpectedEnd,
    UnexpectedCharacter,
    InvalidLiteral,
    InvalidNumber,
    InvalidEscape,
    LoneSurrogate,
    ControlCharacter,
    InvalidUtf8,
    TooDeep,
    TooManyMembers,
    DuplicateMember,
    TrailingData,
}
