using System.Globalization;
using PromptGateway.Keys;

namespace PromptGateway.RateLimits;

/// <summary>Who gets more turns in queues: the entry <c>priority</c> in a key's metadata, 1 (least) to 9; 5 when there is none.</summary>
internal static class QueuePriority
{
    private const int Usual = 5;

    /// <summary>Twice as many turns for each step: between 1 and 9 it is 1 to 256.</summary>
    public static double WeightOf(ApiKey? key) =>
        Math.Pow(2, (key?.Metadata.TryGetValue(KeyRules.PriorityName, out var text) == true ? Read(text) : Usual) - Usual);

    private static int Read(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var priority) ? Math.Clamp(priority, 1, 9) : Usual;
}
