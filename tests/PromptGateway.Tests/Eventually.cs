namespace PromptGateway.Tests;

/// <summary>For what becomes true a moment later in another process.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task BecomesAsync(Func<Task<bool>> isTrue)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await isTrue())
            await Task.Delay(20, patience.Token);
    }
}
