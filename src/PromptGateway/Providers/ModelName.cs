using System.Text;

namespace PromptGateway.Providers;

/// <summary>The model that an answer names.</summary>
internal static class ModelName
{
    private const int Longest = 256;

    public static string? Find(ReadOnlySpan<byte> data) =>
        FastJson.TryFindValue(data, "\"model\""u8, out var value) && FastJson.TryString(value, out var text) ? Read(text) : null;

    public static string? Read(ReadOnlySpan<byte> text) => text.Length is > 0 and <= Longest ? Encoding.UTF8.GetString(text) : null;
}
