using ProvisionStation.Beken.Flash;
using ProvisionStation.Bench;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Flash;

public sealed class GuardedRangeTests
{
    private const byte Sector = 0x20;
    private const byte Block = 0xD8;

    public static TheoryData<int> PlacesInAnErase => [.. Enumerable.Range(0, 13)];

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_range_is_erased_in_blocks_with_sectors_at_its_ragged_ends_and_written(bool isFull)
    {
        await using FakeUnit unit = await OpenAsync(isFull);
        byte[] before = [.. unit.Flash];
        byte[] content = Content(0x22000);
        GuardedRange range = Open(unit, 0x1E000, 0x22000);
        Assert.Null(await range.WriteAsync(content, null, FakeUnit.Cancel));
        Assert.Equal(
            [(Sector, 0x1E000u), (Sector, 0x1F000u), (Block, 0x20000u), (Block, 0x30000u)],
            unit.Loader.Chip.Erases);
        Assert.Equal(content, unit.Flash[0x1E000..0x40000]);
        Assert.Equal(before[..0x1E000], unit.Flash[..0x1E000]);
        Assert.Equal(before[0x40000..], unit.Flash[0x40000..]);
    }

    [Fact]
    public async Task A_release_of_an_N_costs_25_sector_and_16_block_erases()
    {
        await using FakeUnit unit = await OpenAsync(true);
        Assert.Null(await Open(unit, 0x11000, 0x119000).EraseAsync(FakeUnit.Cancel));
        Assert.Equal((25, 16), (unit.Loader.Chip.Erases.Count(one => one.Opcode == Sector), unit.Loader.Chip.Erases.Count(one => one.Opcode == Block)));
    }

    [Fact]
    public async Task Blank_sectors_are_erased_but_not_written()
    {
        await using FakeUnit unit = await OpenAsync(true);
        byte[] content = Content(0x3000);
        content.AsSpan(0x1000, 0x1000).Fill(0xFF);
        Assert.Null(await Open(unit, 0x11000, 0x3000).WriteAsync(content, null, FakeUnit.Cancel));
        Assert.Equal([0x11000u, 0x13000u], unit.Loader.Chip.Writes);
        Assert.Equal(content, unit.Flash[0x11000..0x14000]);
    }

    [Fact]
    public async Task Progress_counts_every_byte_once()
    {
        await using FakeUnit unit = await OpenAsync(true);
        var progress = new Seen();
        Assert.Null(await Open(unit, 0x11000, 0x3000).WriteAsync(Content(0x3000), progress, FakeUnit.Cancel));
        Assert.Equal([0x1000, 0x2000, 0x3000], progress.Values);
    }

    [Fact]
    public async Task A_refused_sector_is_erased_and_written_three_times_and_then_named()
    {
        await using FakeUnit unit = await OpenAsync(true);
        foreach (byte status in new byte[] { 9, 9, 9 })
            unit.Loader.Faults.WriteStatuses.Enqueue(status);
        FlashFault? fault = await Open(unit, 0x11000, 0x1000).WriteAsync(new byte[0x1000], null, FakeUnit.Cancel);
        Assert.Equal(new FlashFault(FlashFaultKind.BitNotProgrammed, new FlashAddress(0x11000), 0x00, 0xFF, 9), fault);
        Assert.Equal((3, 3), (unit.Loader.Chip.Writes.Count, unit.Loader.Chip.Erases.Count));
        Assert.Equal(2, unit.Session.Statistics.WriteRetries);
    }

    [Theory, InlineData(1), InlineData(2)]
    public async Task A_refusal_that_heals_is_a_retry_and_no_fault(int refusals)
    {
        await using FakeUnit unit = await OpenAsync(true);
        for (int count = 0; count < refusals; count++)
            unit.Loader.Faults.EraseStatuses.Enqueue(3);
        byte[] content = Content(0x1000);
        Assert.Null(await Open(unit, 0x11000, 0x1000).WriteAsync(content, null, FakeUnit.Cancel));
        Assert.Equal(content, unit.Flash[0x11000..0x12000]);
        Assert.Equal(refusals, unit.Session.Statistics.WriteRetries);
    }

    [Fact]
    public async Task A_flash_that_answers_success_but_erases_nothing_is_not_erased()
    {
        await using FakeUnit unit = await OpenAsync(true);
        unit.Loader.Chip.Status = 0x407C;
        FlashFault? fault = await Open(unit, 0x11000, 0x1000).WriteAsync(Content(0x1000), null, FakeUnit.Cancel);
        Assert.Equal(FlashFaultKind.SectorNotErased, fault!.Kind);
        Assert.Empty(unit.Loader.Chip.Writes);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task An_unanswered_write_is_done_again_from_the_erase_on(bool isFull)
    {
        await using FakeUnit unit = await OpenAsync(isFull);
        unit.Loader.Faults.UnansweredWrites = 1;
        unit.Loader.Faults.UnansweredErases = 1;
        byte[] content = Content(0x2000);
        Assert.Null(await Open(unit, 0x11000, 0x2000).WriteAsync(content, null, FakeUnit.Cancel));
        Assert.Equal(content, unit.Flash[0x11000..0x13000]);
    }

    [Theory, MemberData(nameof(PlacesInAnErase))]
    public async Task Law_3_an_erase_that_loses_a_byte_on_its_way_never_reaches_a_basic_loader(int lost)
    {
        await using FakeUnit unit = await OpenAsync(false);
        byte[] loader = unit.Flash[..0x11000];
        unit.Loader.Faults.ErasesLoseByte = lost;
        byte[] content = Content(0x1000);
        Assert.Null(await Open(unit, 0x11000, 0x1000).WriteAsync(content, null, FakeUnit.Cancel));
        Assert.Equal(loader, unit.Flash[..0x11000]);
        Assert.Equal(content, unit.Flash[0x11000..0x12000]);
    }

    [Fact]
    public async Task A_unit_that_no_longer_answers_an_erase_is_the_benchs_fault()
    {
        await using FakeUnit unit = await OpenAsync(true);
        unit.Loader.Faults.UnansweredErases = 3;
        BenchException fault = await Assert.ThrowsAsync<BenchException>(() => Open(unit, 0x11000, 0x1000).EraseAsync(FakeUnit.Cancel));
        Assert.Equal(BenchReasons.LinkLost, fault.Reason);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_wrong_CRC_is_halved_to_the_bad_sectors_and_only_those_are_written_again(bool isFull)
    {
        await using FakeUnit unit = await OpenAsync(isFull);
        byte[] content = Content(0x20000);
        GuardedRange range = Open(unit, 0x20000, 0x20000);
        Assert.Null(await range.WriteAsync(content, null, FakeUnit.Cancel));
        unit.Flash[0x23456] ^= 1;
        unit.Flash[0x3FFFF] ^= 0x80;
        unit.Loader.Chip.Erases.Clear();
        unit.Loader.Chip.Writes.Clear();
        VerifyResult result = await range.VerifyAndHealAsync(content, FakeUnit.Cancel);
        Assert.Null(result.Fault);
        Assert.Equal([new FlashAddress(0x23000), new FlashAddress(0x3F000)], result.Healed);
        Assert.Equal([(Sector, 0x23000u), (Sector, 0x3F000u)], unit.Loader.Chip.Erases);
        Assert.Equal([0x23000u, 0x3F000u], unit.Loader.Chip.Writes);
        Assert.Equal((1, result.Expected), (result.Rounds, result.Answered));
        Assert.Equal(content, unit.Flash[0x20000..0x40000]);
    }

    [Theory, InlineData(2, true), InlineData(3, true), InlineData(4, false)]
    public async Task A_weak_bit_is_tried_three_times_more_and_then_named(int failures, bool heals)
    {
        await using FakeUnit unit = await OpenAsync(true);
        byte[] content = new byte[0x4000];
        unit.Loader.Faults.WeakBytes[0x12345] = failures;
        GuardedRange range = Open(unit, 0x11000, 0x4000);
        Assert.Null(await range.WriteAsync(content, null, FakeUnit.Cancel));
        VerifyResult result = await range.VerifyAndHealAsync(content, FakeUnit.Cancel);
        Assert.Equal(heals ? null : new FlashFault(FlashFaultKind.BitNotProgrammed, new FlashAddress(0x12345), 0x00, 0x01), result.Fault);
        Assert.Equal(Math.Min(failures, 3), result.Rounds);
    }

    [Fact]
    public async Task A_right_CRC_costs_no_write()
    {
        await using FakeUnit unit = await OpenAsync(true);
        VerifyResult result = await Open(unit, 0x11000, 0x4000).VerifyAndHealAsync(unit.Flash.AsMemory(0x11000, 0x4000), FakeUnit.Cancel);
        Assert.Equal((0, null), (result.Rounds, result.Fault));
        Assert.Empty(unit.Loader.Chip.Erases);
    }

    [Theory, InlineData(0xFFF), InlineData(0x1001)]
    public async Task Content_must_fill_the_range(int length)
    {
        await using FakeUnit unit = await OpenAsync(true);
        await Assert.ThrowsAsync<ArgumentException>(() => Open(unit, 0x11000, 0x1000).WriteAsync(new byte[length], null, FakeUnit.Cancel));
        Assert.Empty(unit.Loader.Chip.Erases);
    }

    [Fact]
    public async Task Cancelling_stops_between_commands_and_leaves_no_half_command()
    {
        await using FakeUnit unit = await OpenAsync(true);
        using var stop = new CancellationTokenSource();
        unit.Loader.Chip.BeforeChange = () =>
        {
            if (unit.Loader.Chip.Writes.Count == 2)
                stop.Cancel();
        };
        byte[] content = Content(0x8000);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Open(unit, 0x11000, 0x8000).WriteAsync(content, null, stop.Token));
        Assert.Equal([0x11000u, 0x12000u], unit.Loader.Chip.Writes);
        Assert.Equal(content[..0x2000], unit.Flash[0x11000..0x13000]);
    }

    private static async Task<FakeUnit> OpenAsync(bool isFull)
    {
        FakeUnit unit = await FakeUnit.ReadyAsync(isFull);
        Assert.True((await unit.Session.UnprotectAsync(_ => Task.CompletedTask, FakeUnit.Cancel)).IsOpen);
        return unit;
    }

    private static GuardedRange Open(FakeUnit unit, uint start, uint bytes) =>
        new FlashGuard(unit.Session, () => true, (_, _, _) => Task.CompletedTask).Open(FlashPurpose.Image, Ranges.At(start, bytes));

    private static byte[] Content(int length)
    {
        byte[] content = new byte[length];
        new Random(3).NextBytes(content);
        return content;
    }

    private sealed class Seen : IProgress<long>
    {
        public List<long> Values { get; } = [];

        public void Report(long value) => Values.Add(value);
    }
}
