namespace PromptGateway.Json;

/// <summary>One edit of a <see cref="JsonSplice"/>: the source's bytes from start to end (exclusive) become this text.</summary>
internal readonly record struct JsonEdit(int Start, int End, ReadOnlyMemory<byte> Text);
