using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Live;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Support;
using Requests = ProvisionStation.Beken.BootLoader.Commands;

namespace ProvisionStation.Tests.Live;

/// <summary>What a person reads of a black box.</summary>
public sealed class BlackBoxLinesTests
{
    private readonly SteppedClock _clock = new();

    [Fact]
    public void A_line_is_told_in_words_back_from_the_end_of_the_run()
    {
        UartTrace trace = new(_clock);
        trace.Mark(UartMark.Step, text: "write");
        trace.Mark(UartMark.BitRate, 921600);
        trace.Sent(Requests.LinkCheck.Bytes);
        Pass(0.2);
        trace.Sent(Requests.LinkCheck.Bytes);
        trace.Sent(Requests.Erase(Requests.EraseBlock, 0x20000).Bytes);
        trace.Received([0x04, 0x0E, 0xFF, 0x01, 0xE0, 0xFC, 0xF4, 0x07, 0x00, 0x0F, 0x06, 0xD8, 0x00, 0x00, 0x02, 0x00]);
        trace.Sent(Requests.CheckCrc(0x11000, 0x129FFF).Bytes);
        Pass(0.53);
        trace.Stray([.. Enumerable.Range(0, 40).Select(number => (byte)number)]);
        trace.NoAnswer(TimeSpan.FromSeconds(0.53));
        trace.Sent(new byte[4120]);
        Pass(1);
        trace.Mark(UartMark.PowerOff);
        Pass(0.1);
        UartTraceFile file = UartTraceFile.Read(trace.ToBytes());
        Assert.Equal(
            [
                "UART: the last 10 entries (all there is); seconds before the end of the run, -> to the unit, <- from the unit",
                "     -1.830 s  ==  step write",
                "     -1.830 s  ==  the station talks at 921600 bits per second",
                "     -1.830 s  ->  2 link checks over 0.2 s, none answered",
                "     -1.630 s  ->  erase 64 KiB at 0x020000, 13 bytes",
                "     -1.630 s  <-  erase 64 KiB at 0x020000, 16 bytes, status 6 (a parameter is wrong, or the address is protected)",
                "     -1.630 s  ->  count CRC 0x011000 to 0x129FFF, 13 bytes",
                "     -1.100 s  ??  40 bytes of no whole frame: 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14 15 16 17 18 19 1A 1B 1C 1D 1E 1F and 8 more",
                "     -1.100 s  ..  no answer for 0.53 s",
                "     -1.100 s  ->  4120 zeros, to end a request that may have lost a byte",
                "     -0.100 s  ==  power off",
                "  the loader last answered 1.630 s before the end: erase 64 KiB at 0x020000, 16 bytes, status 6 (a parameter is wrong, or the address is protected)",
            ],
            UartTraceLines.Of(file, 100, allBytes: false));
        Assert.Equal(
            "UART: the last 2 entries (8 before them are not shown: --entries); seconds before the end of the run, -> to the unit, <- from the unit",
            UartTraceLines.Of(file, 2, allBytes: false).First());
        Assert.Contains(UartTraceLines.Of(file, 100, allBytes: true), line => line.EndsWith("26 27", StringComparison.Ordinal));
    }

    [Fact]
    public void A_unit_that_never_spoke_is_said_to_have_never_answered()
    {
        UartTrace trace = new(_clock);
        trace.Sent(Requests.LinkCheck.Bytes);
        Assert.Equal("  the loader never answered", UartTraceLines.Of(UartTraceFile.Read(trace.ToBytes()), 40, allBytes: false).Last());
    }

    [Fact]
    public void A_current_is_a_line_of_bars_with_the_numbers_of_every_stretch()
    {
        CurrentTrace trace = new(true, _clock);
        trace.Mark("power on");
        Readings(trace, 18, 20);
        trace.Mark("write");
        Readings(trace, 18, 80);
        trace.Mark("power off");
        Pass(3.6);
        trace.Mark("power on");
        Readings(trace, 18, 40);
        string[] lines = [.. CurrentTraceLines.Of(CurrentTraceFile.Read(trace.ToBytes()))];
        Assert.StartsWith("current: 54 readings, 20.0 to 80.0 mA; a column is 0.20 s", lines[0], StringComparison.Ordinal);
        Assert.Contains("a full bar is 80.0 mA", lines[0], StringComparison.Ordinal);
        Assert.Matches("^  ▃{17,19}[▃-█]?█{17,19} {16,19}▅{17,19}$", lines[1]);
        Assert.Equal("    -14.400 s  power on   mean 20.0 mA (20.0 to 20.0), 18 readings", lines[2]);
        Assert.Equal("    -10.800 s  write      mean 80.0 mA (80.0 to 80.0), 18 readings", lines[3]);
        Assert.Equal("     -7.200 s  power off  no reading", lines[4]);
        Assert.Equal("  the last reading was 40.0 mA, 0.2 s before the end", lines[^1]);
    }

    [Theory]
    [InlineData(false, "current: the slot has no meter")]
    [InlineData(true, "current: no reading in the whole run")]
    public void Where_nothing_was_measured_that_is_said(bool hasMeter, string expected) =>
        Assert.Equal([expected], CurrentTraceLines.Of(CurrentTraceFile.Read(new CurrentTrace(hasMeter, _clock).ToBytes())));

    private void Readings(CurrentTrace trace, int count, double milliamperes)
    {
        for (int reading = 0; reading < count; reading++)
        {
            trace.Add(milliamperes);
            Pass(0.2);
        }
    }

    private void Pass(double seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));
}
