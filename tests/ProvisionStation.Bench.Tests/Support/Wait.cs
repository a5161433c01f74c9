namespace ProvisionStation.Bench.Tests.Support;

/// <summary>Waits for something outside the test's process to become true.</summary>
internal static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>Looks again and again, at most a minute.</summary>
    public static async Task UntilAsync(Func<bool> isTrue)
    {
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        while (!isTrue())
            await Task.Delay(Look, TimeProvider.System, limit.Token);
    }
}
