using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Bench;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.BootLoader;

public sealed class ReadTests
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task A_read_with_lost_bytes_is_asked_for_again_and_comes_out_whole(bool isFull)
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(isFull);
        unit.Loader.Faults.ReadsThatLoseAByte = 1;
        byte[] read = await unit.Session.ReadAsync(Ranges.At(0, 0x14000), null, FakeUnit.Cancel);
        Assert.Equal(unit.Flash[..0x14000], read);
        Assert.Equal(1, unit.Session.Statistics.ReadRetries);
    }

    [Theory, InlineData(4, true), InlineData(5, false)]
    public async Task A_sector_is_tried_five_times(int refusals, bool succeeds)
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(true);
        for (int count = 0; count < refusals; count++)
            unit.Loader.Faults.ReadStatuses.Enqueue(1);
        Task<byte[]> read = unit.Session.ReadAsync(Ranges.At(0x11000, 0x1000), null, FakeUnit.Cancel);
        if (succeeds)
            Assert.Equal(unit.Flash[0x11000..0x12000], await read);
        else
            Assert.Contains("status 1", (await Assert.ThrowsAsync<BenchException>(() => read)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_loses_a_byte_of_every_sector_ends_as_link_lost()
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(true);
        unit.Loader.Faults.ReadsThatLoseAByte = int.MaxValue;
        BenchException fault = await Assert.ThrowsAsync<BenchException>(() => unit.Session.ReadAsync(Ranges.At(0x11000, 0x1000), null, FakeUnit.Cancel));
        Assert.Equal(BenchReasons.LinkLost, fault.Reason);
        Assert.Equal(115200, unit.Session.Statistics.BitRate);
    }

    [Fact]
    public async Task The_rates_at_which_sectors_were_read_stay_told_when_the_line_has_gone_down()
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(true);
        int before = unit.Session.Statistics.BitRate;
        await unit.Session.ReadAsync(Ranges.At(0x11000, 0x1000), null, FakeUnit.Cancel);
        unit.Loader.Faults.ReadsThatLoseAByte = int.MaxValue;
        await Assert.ThrowsAsync<BenchException>(() => unit.Session.ReadAsync(Ranges.At(0x11000, 0x1000), null, FakeUnit.Cancel));
        LinkStatistics statistics = unit.Session.Statistics;
        Assert.True(before > 115200);
        Assert.Equal((115200, before, before), (statistics.BitRate, statistics.HighestBitRate, statistics.LowestBitRate));
    }

    [Fact]
    public async Task A_basic_loader_is_read_where_the_flash_wraps_so_that_it_tells_itself_too()
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(false);
        byte[] read = await unit.Session.ReadAsync(Ranges.At(0, 0x2000), null, FakeUnit.Cancel);
        Assert.Equal(unit.Flash[..0x2000], read);
        Assert.Equal(0, unit.Session.Statistics.ReadRetries);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task The_chips_CRC_covers_exactly_the_range_on_both_generations(bool isFull)
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(isFull);
        Assert.Equal(Crc32.Of(unit.Flash.AsSpan(0x11000, 0x1000)), await unit.Session.CrcAsync(Ranges.At(0x11000, 0x1000), FakeUnit.Cancel));
        Assert.Equal(Crc32.Of(unit.Flash.AsSpan(0x11000, 0x100)), await unit.Session.CrcAsync(Ranges.At(0x11000, 0x100), FakeUnit.Cancel));
    }

    [Fact]
    public async Task Every_CRC_on_a_basic_loader_is_followed_by_a_link_check_that_arms_the_next_erase()
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(false);
        int before = unit.Loader.Opcodes.Count;
        await unit.Session.CrcAsync(Ranges.At(0x11000, 0x1000), FakeUnit.Cancel);
        Assert.Equal([0x10, 0x00], unit.Loader.Opcodes[before..]);
    }

    [Theory, InlineData(0x11000, 0), InlineData(0x11000, 0x80), InlineData(0x1FF000, 0x2000)]
    public async Task A_CRC_over_what_a_loader_cannot_count_is_a_bug(uint start, uint bytes)
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(true);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => unit.Session.CrcAsync(Ranges.At(start, bytes), FakeUnit.Cancel));
    }

    [Theory, InlineData(0x11800, 0x1000), InlineData(0x11000, 0x800), InlineData(0x1FF000, 0x2000)]
    public async Task Only_whole_sectors_inside_the_flash_are_read(uint start, uint bytes)
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(true);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => unit.Session.ReadAsync(Ranges.At(start, bytes), null, FakeUnit.Cancel));
    }
}
