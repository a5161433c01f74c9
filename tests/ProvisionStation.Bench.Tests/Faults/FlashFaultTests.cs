using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Faults;

public sealed class FlashFaultTests : FaultTest
{
    [Fact]
    public async Task A_bit_that_will_not_program_fails_with_its_address()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        JsonElement run = await JudgeAsync(bench, "FAIL", "bit-not-programmed", "101 stuck-bit:0x20004");
        Assert.Contains("0x020004", run.Text("detail"), StringComparison.Ordinal);
        Assert.True(run.Is("state", "partly-written"), run.ToString());
    }

    [Fact]
    public async Task A_bit_that_fails_once_is_written_again_and_passes()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        await JudgeAsync(bench, "PASS", null, "101 stuck-bit:0x20004:1");
    }

    [Fact]
    public async Task A_sector_that_does_not_erase_fails_with_its_address()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        JsonElement run = await JudgeAsync(bench, "FAIL", "sector-not-erased", "101 no-erase:0x30000");
        Assert.Contains("0x030", run.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flash_that_erases_slowly_is_waited_for()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        await JudgeAsync(bench, "PASS", null, "101 slow-erase");
    }

    [Fact]
    public async Task A_flash_that_stays_busy_behind_its_status_register_is_not_erased()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        JsonElement run = await JudgeAsync(bench, "FAIL", "protected", "101 wip-stuck");
        Assert.True(run.Is("state", "untouched"), run.ToString());
    }

    [Fact]
    public async Task A_changed_calibration_is_never_passed()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        await JudgeAsync(bench, "FAIL", "rf-changed", "101 rf-changed");
    }

    [Fact]
    public async Task A_rejected_configuration_is_never_passed()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        await JudgeAsync(bench, "FAIL", "config-rejected", "101 config-rejected");
    }
}
