using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Bench;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.BootLoader;

public sealed class LinkTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory, InlineData(true), InlineData(false)]
    public async Task The_bus_is_won_and_late_link_replies_are_drained(bool isFull)
    {
        await using var unit = new FakeUnit(isFull, prepare: loader => loader.Faults.LateLinkReplies = 3);
        Assert.Equal(LinkResult.Linked, await unit.Session.LinkAsync(Second, FakeUnit.Cancel));
        await unit.Session.IdentifyAsync(FakeUnit.Cancel);
        Assert.True(unit.Session.Statistics.BitRate > 115200);
        Assert.True(unit.Session.Statistics.SkippedFrames > 0);
    }

    [Fact]
    public async Task Late_link_replies_in_a_session_are_skipped_not_taken_for_answers()
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(true);
        unit.Loader.Say(Convert.FromHexString("040E0501E0FC0100040E0501E0FC0100"));
        int skipped = unit.Session.Statistics.SkippedFrames;
        byte[] read = await unit.Session.ReadAsync(Ranges.At(0x11000, 0x1000), null, FakeUnit.Cancel);
        Assert.Equal(unit.Flash[0x11000..0x12000], read);
        Assert.Equal(skipped + 2, unit.Session.Statistics.SkippedFrames);
        Assert.Equal(0, unit.Session.Statistics.ReadRetries);
    }

    [Fact]
    public async Task Nothing_on_the_line_is_silence_and_ends_with_the_window()
    {
        await using var unit = new FakeUnit(true, prepare: loader => loader.Faults.Silent = true);
        Assert.Equal(LinkResult.Silent, await unit.Session.LinkAsync(Second, FakeUnit.Cancel));
        Assert.InRange(unit.Clock.Elapsed, Second, 2 * Second);
    }

    [Fact]
    public async Task Bytes_without_an_answer_are_noise()
    {
        await using var unit = new FakeUnit(true, canRestart: false, prepare: loader => loader.Faults.Silent = true);
        unit.Loader.Say(0x00, 0x55, 0x04, 0x0E, 0x13);
        Assert.Equal(LinkResult.Noise, await unit.Session.LinkAsync(Second, FakeUnit.Cancel));
    }

    [Theory, InlineData(true, 1500000), InlineData(false, 921600)]
    public async Task The_best_rate_is_taken_and_a_basic_loader_is_not_asked_for_more_than_its_ring_holds(bool isFull, int rate)
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(isFull);
        Assert.Equal((rate, rate), (unit.Session.Statistics.BitRate, unit.Loader.ChipRate));
    }

    [Theory, InlineData(1500000, 1500000), InlineData(1499999, 921600), InlineData(500000, 460800), InlineData(115200, 115200)]
    public async Task A_rate_that_garbles_is_left_for_the_next_lower(int goodUpTo, int rate)
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(true, loader => loader.Faults.GoodUpTo = goodUpTo);
        Assert.Equal(rate, unit.Session.Statistics.BitRate);
    }

    [Theory, InlineData(1, 1500000), InlineData(2, 921600)]
    public async Task One_flipped_byte_while_a_rate_is_proved_is_no_reason_to_be_slow_for_good_and_two_are(int flips, int rate)
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(true, loader => loader.Faults.ReadsThatFlipAByte = flips);
        Assert.Equal(rate, unit.Session.Statistics.BitRate);
    }

    [Fact]
    public async Task A_request_for_a_rate_that_is_not_heard_costs_a_rung_and_no_restart()
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(true, loader => loader.Faults.DeafToRate = 1);
        Assert.Equal(921600, unit.Session.Statistics.BitRate);
        Assert.Equal(1, unit.Loader.Restarts);
    }

    [Fact]
    public async Task Two_framing_failures_in_a_row_drop_a_rung_and_one_does_not()
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(true);
        unit.Loader.Faults.ReadsThatLoseAByte = 1;
        await unit.Session.ReadAsync(Ranges.At(0x11000, 0x2000), null, FakeUnit.Cancel);
        Assert.Equal((1500000, 0), (unit.Session.Statistics.BitRate, unit.Session.Statistics.RateDrops));

        unit.Loader.Faults.ReadsThatLoseAByte = 2;
        byte[] read = await unit.Session.ReadAsync(Ranges.At(0x11000, 0x2000), null, FakeUnit.Cancel);
        Assert.Equal(unit.Flash[0x11000..0x13000], read);
        Assert.Equal((921600, 1), (unit.Session.Statistics.BitRate, unit.Session.Statistics.RateDrops));
    }

    [Fact]
    public async Task A_unit_that_falls_silent_is_link_lost_and_the_bench_is_asked_about()
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(true);
        unit.Loader.Faults.Silent = true;
        BenchException fault = await Assert.ThrowsAsync<BenchException>(() => unit.Session.ReadAsync(Ranges.At(0x11000, 0x1000), null, FakeUnit.Cancel));
        Assert.Equal(BenchReasons.LinkLost, fault.Reason);
        Assert.Equal(2, unit.Loader.Restarts);
    }

    [Fact]
    public async Task Another_unit_that_answers_after_a_restart_is_noticed()
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(true);
        unit.Loader.Faults.ReadsThatLoseAByte = 1;
        await unit.Loader.RestartAsync(FakeUnit.Cancel); // pulled out and put in: back at 115200
        ImageBuilder.RfSector("381F8D445566").CopyTo(unit.Flash, 0x1D0000);
        BenchException fault = await Assert.ThrowsAsync<BenchException>(() => unit.Session.ReadAsync(Ranges.At(0x11000, 0x1000), null, FakeUnit.Cancel));
        Assert.Contains("another unit", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_checks_keep_a_loader_awake_every_50_ms_until_disposed()
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(false);
        unit.Clock.Manual = true;
        int before = unit.Loader.Opcodes.Count;
        await using (unit.Session.KeepAlive())
        {
            for (int round = 0; round < 10; round++)
                unit.Clock.Advance(TimeSpan.FromMilliseconds(60));
        }

        int sent = unit.Loader.Opcodes.Count - before;
        Assert.InRange(sent, 9, 11);
        Assert.All(unit.Loader.Opcodes[before..], opcode => Assert.Equal(0, opcode));
        unit.Clock.Advance(Second);
        Assert.Equal(before + sent, unit.Loader.Opcodes.Count);
    }
}
