using System.Security.Cryptography;
using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Tests.Support;
using Requests = ProvisionStation.Beken.BootLoader.Commands;

namespace ProvisionStation.Tests.BootLoader;

/// <summary>The end of a line's traffic: bounded, without payload, and enough to see what a unit last said.</summary>
public sealed class UartTraceTests
{
    private static readonly byte[] Canary = "c4nary-in-the-flash-6620"u8.ToArray();
    private readonly LoaderClock _clock = new() { Manual = true };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_leaves_its_address_length_status_and_the_hash_of_what_was_read_and_not_the_bytes()
    {
        (FakeLoader loader, BootLoaderSession session, UartTrace trace) = await ReadyAsync();
        Canary.CopyTo(loader.Chip.Flash, 0x12000);
        byte[] sector = await session.ReadAsync(FlashRange.FromTo(0x12000, 0x13000), null, Cancel);
        byte[] file = trace.ToBytes();
        Assert.True(file.AsSpan().IndexOf(Canary) < 0, "payload is in the trace");
        Assert.True(file.AsSpan().IndexOf(sector.AsSpan(0x100, 8)) < 0, "payload is in the trace");
        UartFrame[] last = [.. UartTraceFile.Read(file).Entries.OfType<UartFrame>().TakeLast(2)];
        Assert.Equal((false, true, (byte)0x09, 0x12000u, 12u), (last[0].IsAnswer, last[0].IsLong, last[0].Opcode, last[0].First, last[0].Bytes));
        Assert.Equal((true, true, (byte)0x09, 0x12000u, 4111u), (last[1].IsAnswer, last[1].IsLong, last[1].Opcode, last[1].First, last[1].Bytes));
        Assert.Null(last[0].PayloadSha256);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(sector)), last[1].PayloadSha256);
        Assert.True(last[0].At < last[1].At);
    }

    [Fact]
    public async Task An_identification_leaves_rates_registers_and_ranges_and_no_hash_of_anything_that_could_be_guessed()
    {
        (_, _, UartTrace trace) = await ReadyAsync();
        UartTraceFile read = UartTraceFile.Read(trace.ToBytes());
        Assert.Contains(read.Entries.OfType<UartMarked>(), one => one is { Mark: UartMark.BitRate, Value: 1500000 });
        Assert.Contains(read.Entries.OfType<UartFrame>(), one => one is { IsLong: false, Opcode: 0x0F, First: 1500000, Second: null });
        Assert.Contains(read.Entries.OfType<UartFrame>(), one => one is { IsLong: false, Opcode: 0x03, First: 0x800000, IsAnswer: true });
        Assert.Contains(read.Entries.OfType<UartFrame>(), one => one is { IsLong: false, Opcode: 0x10, First: 0, Second: 0x100 });
        Assert.All(read.Entries.OfType<UartFrame>(), one => Assert.Equal(one.Bytes > 4096, one.PayloadSha256 is not null));
        Assert.Contains(read.Entries.OfType<UartLinkChecks>(), one => one.Answered > 0);
    }

    [Fact]
    public async Task A_frame_that_lost_a_byte_leaves_its_beginning_as_it_came_and_how_long_nobody_answered()
    {
        (FakeLoader loader, BootLoaderSession session, UartTrace trace) = await ReadyAsync();
        loader.Faults.ReadsThatLoseAByte = 1;
        await session.ReadAsync(FlashRange.FromTo(0x12000, 0x13000), null, Cancel);
        UartTraceFile read = UartTraceFile.Read(trace.ToBytes());
        UartStray stray = Assert.Single(read.Entries.OfType<UartStray>());
        Assert.Equal(4110u, stray.Total);
        Assert.Equal(512, stray.Kept.Length);
        Assert.Equal([0x04, 0x0E, 0xFF, 0x01, 0xE0, 0xFC, 0xF4, 0x06, 0x10, 0x09, 0x00, 0x00, 0x20, 0x01, 0x00], stray.Kept.Take(15));
        UartNoAnswer silence = Assert.Single(read.Entries.OfType<UartNoAnswer>());
        Assert.InRange(silence.Waited, LoaderTiming.Turnaround, TimeSpan.FromSeconds(1));
        Assert.True(stray.At <= silence.At);
        Assert.Equal(session.Statistics.StrayBytes, stray.Total);
    }

    [Fact]
    public void Link_checks_in_a_row_are_one_record()
    {
        UartTrace trace = new(_clock);
        for (int check = 0; check < 1000; check++)
        {
            trace.Sent(Requests.LinkCheck.Bytes);
            _clock.Advance(TimeSpan.FromMilliseconds(5));
        }

        trace.Received([0x04, 0x0E, 0x05, 0x01, 0xE0, 0xFC, 0x01, 0x00]);
        UartLinkChecks checks = Assert.IsType<UartLinkChecks>(Assert.Single(UartTraceFile.Read(trace.ToBytes()).Entries));
        Assert.Equal((1000u, 1u, TimeSpan.Zero, TimeSpan.FromSeconds(5)), (checks.Sent, checks.Answered, checks.At, checks.Last));
    }

    [Fact]
    public void An_answer_to_a_register_written_is_no_link_check()
    {
        UartTrace trace = new(_clock);
        trace.Received([0x04, 0x0E, 0x0C, 0x01, 0xE0, 0xFC, 0x01, 0x74, 0x00, 0x80, 0x00, 0x01, 0x00, 0x00, 0x00]);
        UartFrame frame = Assert.IsType<UartFrame>(Assert.Single(UartTraceFile.Read(trace.ToBytes()).Entries));
        Assert.Equal((true, (byte)0x01, 0x800074u, 15u), (frame.IsAnswer, frame.Opcode, frame.First, frame.Bytes));
    }

    [Theory]
    [InlineData(2978, 0)] // 2978 records of 22 bytes are 65,516
    [InlineData(2979, 1)]
    [InlineData(50_000, 50_000 - 2978)]
    public void It_holds_64_KiB_of_records_and_forgets_the_oldest_whole(int records, long overwritten)
    {
        UartTrace trace = new(_clock);
        for (uint number = 0; number < records; number++)
            trace.Mark(UartMark.BitRate, number, "sixes!");
        byte[] file = trace.ToBytes();
        UartTraceFile read = UartTraceFile.Read(file);
        Assert.Equal(overwritten, read.Overwritten);
        Assert.InRange(file.Length, 0, UartTraceForm.HeaderBytes + UartTrace.MostBytes);
        Assert.Equal(
            Enumerable.Range((int)overwritten, records - (int)overwritten).Select(number => (uint)number),
            read.Entries.Cast<UartMarked>().Select(one => one.Value));
    }

    [Fact]
    public void Stray_bytes_that_come_in_lumps_are_one_stretch_until_something_else_happens()
    {
        UartTrace trace = new(_clock);
        trace.Stray([1, 2]);
        trace.Stray([3]);
        trace.Stray([]);
        trace.NoAnswer(TimeSpan.FromSeconds(0.5));
        trace.Stray([4]);
        IReadOnlyList<UartTraceEntry> entries = UartTraceFile.Read(trace.ToBytes()).Entries;
        Assert.Equal([1, 2, 3], Assert.IsType<UartStray>(entries[0]).Kept);
        Assert.Equal(TimeSpan.FromSeconds(0.5), Assert.IsType<UartNoAnswer>(entries[1]).Waited);
        Assert.Equal([4], Assert.IsType<UartStray>(entries[2]).Kept);
    }

    [Fact]
    public void A_noisy_line_does_not_push_more_than_512_bytes_of_itself_into_a_stretch()
    {
        UartTrace trace = new(_clock);
        byte[] noise = new byte[300];
        for (int lump = 0; lump < 100; lump++)
            trace.Stray(noise);
        UartStray stray = Assert.IsType<UartStray>(Assert.Single(UartTraceFile.Read(trace.ToBytes()).Entries));
        Assert.Equal((30_000u, 512), (stray.Total, stray.Kept.Length));
    }

    [Fact]
    public void Once_it_is_full_it_allocates_nothing_for_any_frame_or_byte()
    {
        UartTrace trace = new(TimeProvider.System);
        byte[] read = [0x04, 0x0E, 0xFF, 0x01, 0xE0, 0xFC, 0xF4, 0x06, 0x10, 0x09, 0x00, 0x00, 0x20, 0x01, 0x00, .. new byte[4096]];
        byte[] request = Requests.ReadSector(0x12000).Bytes;
        Fill();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Fill();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Fill()
        {
            for (int sector = 0; sector < 3000; sector++)
            {
                trace.Sent(request);
                trace.Received(read);
                trace.Stray(read.AsSpan(0, 100));
                trace.NoAnswer(TimeSpan.FromSeconds(1));
            }
        }
    }

    [Fact]
    public void Garbage_is_refused_by_name_or_read()
    {
        byte[] good = Varied();
        Assert.Equal(7, UartTraceFile.Read(good).Entries.Select(entry => entry is UartFrame { IsAnswer: true } ? typeof(bool) : entry.GetType()).Distinct().Count());
        Fuzz.Run(3000, random =>
        {
            byte[] bytes = random.Next(4) == 0 ? new byte[random.Next(200)] : [.. good];
            if (bytes.Length != good.Length)
                random.NextBytes(bytes);
            for (int wounds = random.Next(1, 5); wounds > 0 && bytes.Length > 0; wounds--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0)
                bytes = bytes[..random.Next(bytes.Length + 1)];
            try
            {
                _ = UartTraceFile.Read(bytes);
            }
            catch (TraceException e)
            {
                Assert.NotEmpty(e.Remedy);
            }
        });
    }

    [Theory]
    [InlineData(0, "no UART trace")]
    [InlineData(4, "has version")]
    [InlineData(24, "its header")]
    [InlineData(UartTraceForm.HeaderBytes, "its length")]
    [InlineData(UartTraceForm.HeaderBytes + 2, "no known kind")]
    [InlineData(UartTraceForm.HeaderBytes + 10, "its time")]
    public void What_is_wrong_with_a_trace_is_said(int at, string expected)
    {
        byte[] bytes = Varied();
        bytes[at] ^= 0x80;
        Assert.Contains(expected, Assert.Throws<TraceException>(() => UartTraceFile.Read(bytes)).Message, StringComparison.Ordinal);
    }

    /// <summary>One of each kind.</summary>
    private byte[] Varied()
    {
        UartTrace trace = new(_clock);
        trace.Mark(UartMark.Step, text: "identify");
        trace.Sent(Requests.LinkCheck.Bytes);
        trace.Sent(Requests.Erase(Requests.EraseBlock, 0x20000).Bytes);
        trace.Received([0x04, 0x0E, 0xFF, 0x01, 0xE0, 0xFC, 0xF4, 0x07, 0x00, 0x0F, 0x06, 0x20, 0x00, 0x10, 0x00, 0x00]);
        trace.Stray([0x55, 0xAA]);
        trace.NoAnswer(TimeSpan.FromSeconds(0.53));
        trace.Sent(new byte[4120]);
        return trace.ToBytes();
    }

    private static async Task<(FakeLoader Loader, BootLoaderSession Session, UartTrace Trace)> ReadyAsync()
    {
        LoaderClock clock = new();
        FakeLoader loader = new(clock, true, FakeUnit.FlashOf(true));
        UartTrace trace = new(clock);
        BootLoaderSession session = new(() => loader, loader.RestartAsync, new SessionOptions([1500000, 921600, 115200]), clock, trace);
        Assert.Equal(LinkResult.Linked, await session.LinkAsync(TimeSpan.FromSeconds(1), Cancel));
        await session.IdentifyAsync(Cancel);
        return (loader, session, trace);
    }
}
