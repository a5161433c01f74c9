using ProvisionStation.Records;
using ProvisionStation.Records.Vault;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Records;

public sealed class VaultLockTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(11, true)]
    [InlineData(5, false)]
    [InlineData(24, false)]
    [InlineData(28, false)]
    [InlineData(30, false)]
    public void Only_a_lock_that_is_held_is_another_program(int error, bool isHeld) =>
        Assert.Equal(isHeld, VaultLock.IsHeld(new IOException("a disk", error)));

    [Fact]
    public async Task A_lock_that_another_holds_for_a_minute_is_wrong_use()
    {
        using DataFolder data = new();
        using FileStream? held = VaultLock.TryTake(data.Path);
        Assert.NotNull(held);
        SteppedClock clock = new();
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => clock.RunAsync(VaultLock.TakeAsync(data.Path, clock, Cancel)));
        Assert.True(e.IsWrongUse);
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(61));
    }

    [Fact]
    public async Task A_lock_that_is_given_back_is_taken()
    {
        using DataFolder data = new();
        SteppedClock clock = new();
        FileStream? held = VaultLock.TryTake(data.Path);
        Task<FileStream> waits = VaultLock.TakeAsync(data.Path, clock, Cancel);
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(waits.IsCompleted);
        held!.Dispose();
        using FileStream taken = await clock.RunAsync(waits);
        Assert.True(clock.Elapsed <= TimeSpan.FromSeconds(60));
    }
}
