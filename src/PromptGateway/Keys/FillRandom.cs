namespace PromptGateway.Keys;

/// <summary>Fills the whole span with unpredictable bytes; <c>RandomNumberGenerator.Fill</c> outside tests.</summary>
internal delegate void FillRandom(Span<byte> destination);
