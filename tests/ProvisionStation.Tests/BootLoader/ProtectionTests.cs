using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.BootLoader;

public sealed class ProtectionTests
{
    [Theory, InlineData(0x0000), InlineData(0x0280)]
    public async Task An_open_flash_gets_no_status_write(ushort status)
    {
        (ProtectionResult result, FakeUnit unit) = await OpenAsync(loader => loader.Chip.Status = status);
        Assert.Equal(new ProtectionResult(true, false, status, status), result);
        Assert.Empty(unit.Loader.Chip.StatusWrites);
    }

    [Theory, InlineData(0x407C, 0x0000), InlineData(0x4004, 0x0000), InlineData(0x021C, 0x0200), InlineData(0x4000, 0x0000)]
    public async Task Protection_is_cleared_once_and_other_bits_are_kept(ushort before, ushort after)
    {
        (ProtectionResult result, FakeUnit unit) = await OpenAsync(loader => loader.Chip.Status = before);
        Assert.Equal(new ProtectionResult(true, true, before, after), result);
        Assert.Equal([after], unit.Loader.Chip.StatusWrites);
    }

    [Fact]
    public async Task A_write_in_progress_is_waited_for_before_the_result_is_judged()
    {
        (ProtectionResult result, FakeUnit unit) = await OpenAsync(loader =>
        {
            loader.Chip.Status = 0x407C;
            loader.Faults.BusyPollsAfterStatusWrite = 5;
        });
        Assert.Equal((true, (ushort?)0), (result.IsOpen, result.After));
        Assert.Single(unit.Loader.Chip.StatusWrites);
    }

    [Fact]
    public async Task Protection_that_stays_is_told_with_its_value_after_bounded_tries()
    {
        (ProtectionResult result, FakeUnit unit) = await OpenAsync(loader => (loader.Chip.Status, loader.Faults.ProtectionStays) = (0x407C, true));
        Assert.Equal(new ProtectionResult(false, true, 0x407C, 0x407C), result);
        Assert.Equal(3, unit.Loader.Chip.StatusWrites.Count);
    }

    [Fact]
    public async Task A_basic_loader_is_armed_by_a_link_check_and_touched_no_further()
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(false);
        int before = unit.Loader.Opcodes.Count;
        Assert.Equal(new ProtectionResult(true, false, null, null), await unit.Session.UnprotectAsync(_ => Task.CompletedTask, FakeUnit.Cancel));
        Assert.Equal([0x00], unit.Loader.Opcodes[before..]);
    }

    private static async Task<(ProtectionResult Result, FakeUnit Unit)> OpenAsync(Action<FakeLoader> prepare)
    {
        FakeUnit unit = await FakeUnit.ReadyAsync(true, prepare);
        return (await unit.Session.UnprotectAsync(_ => Task.CompletedTask, FakeUnit.Cancel), unit);
    }
}
