namespace PromptGateway.Json;

/// <summary>What a read of an integer found.</summary>
internal enum JsonIntegerStatus
{
    /// <summary>An integer that fits 64 bits.</summary>
    Integer,

    /// <summary>A number with a fraction or an exponent (<c>1.5</c>, <c>1.0</c>, <c>1e3</c>).</summary>
    NotAnInteger,

    /// <summary>An integer that does not fit 64 bits.</summary>
    OutOfRange,

    /// <summary>A value that is no number at all, <c>null</c> included.</summary>
    NotANumber,
}
