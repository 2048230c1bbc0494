namespace PromptGateway.Tests;

/// <summary>For what becomes true a moment later, on another thread or in another process.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task BecomesAsync(Func<bool> isTrue) => BecomesAsync(() => Task.FromResult(isTrue()));

    public static async Task BecomesAsync(Func<Task<bool>> isTrue)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await isTrue())
            await Task.Delay(20, patience.Token);
    }
}
