using ProvisionStation.Live;
using ProvisionStation.Runs.Channels;
using Spectre.Console;

namespace ProvisionStation.Tests.Live;

public sealed class SlotLinesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 8, 0, 0, TimeSpan.Zero);

    public static TheoryData<SlotPhase, string, string> Rows => new()
    {
        { SlotPhase.Done, "PASS", "slot 12  done, off  C8478C123456  PASS" },
        { SlotPhase.Done, "FAIL bit-not-programmed: put it in the red box", "slot 12  done, off  C8478C123456  FAIL bit-not-programmed" },
        { SlotPhase.Done, "ERROR link-lost: check the slot's wires", "slot 12  done, off  C8478C123456  ERROR link-lost" },
        { SlotPhase.Latched, "FAIL over-current: take the unit out", "slot 12  cut, off   C8478C123456  FAIL over-current" },
        { SlotPhase.Working, "configure", "slot 12  configure  C8478C123456  7 s" },
    };

    [Theory, MemberData(nameof(Rows))]
    public void A_line_says_slot_phase_unit_and_verdict(SlotPhase phase, string text, string line) =>
        Assert.Equal(line, Line(Slot(phase, text, "C8478C123456")));

    [Fact]
    public void A_step_with_bytes_shows_how_far_it_is()
    {
        SlotStatus slot = new(3, SlotPhase.Working, "backup", "C8478C123456", 524_288, 2_097_152, 131_072, Now.AddSeconds(-4));
        Assert.Equal("slot  3  backup     C8478C123456   25 %    131 kB/s     12 s left", Line(slot));
    }

    [Theory]
    [InlineData("empty", "slot 12  empty")]
    [InlineData("empty, the last unit passed", "slot 12  empty                    the last unit passed")]
    [InlineData("waits for a unit", "slot 12  empty                    waits for a unit")]
    public void Empty_is_said_once(string text, string line) => Assert.Equal(line, Line(Slot(SlotPhase.Empty, text, null)));

    [Theory]
    [InlineData(10)]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public void No_text_is_longer_than_its_room(int width)
    {
        string line = Line(Slot(SlotPhase.Fault, new string('x', 500), "C8478C123456789"), width);
        Assert.True(line.Length < Math.Max(width, 36), line);
    }

    [Fact]
    public void A_terminal_of_80_columns_shows_every_slot_in_one_whole_line()
    {
        string remedy = string.Concat(Enumerable.Repeat("do this and that ", 20));
        SlotStatus[] slots =
        [
            Slot(SlotPhase.Done, "PASS", "C8478C000001"), Slot(SlotPhase.Done, $"FAIL stalled-boot: {remedy}", "C8478C000002"),
            Slot(SlotPhase.Done, $"ERROR link-lost: {remedy}", "C8478C000003"), Slot(SlotPhase.Latched, $"FAIL short: {remedy}", null),
            Slot(SlotPhase.Fault, $"serial port /dev/ttyUSB0 is gone: {remedy}", null),
        ];
        using StringWriter shown = new();
        IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(shown) });
        terminal.Profile.Width = 80;
        const string footer = "1 PASS, 2 FAIL; ends after 120 s without work, Ctrl-C stops";
        terminal.Write(SlotTable.Of(slots, footer, "Slot 3: put in the next unit", 80, Now));
        string[] lines = shown.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(7, lines.Length);
        Assert.All(lines.Take(5), line => Assert.StartsWith("slot 12  ", line, StringComparison.Ordinal));
        Assert.Contains("C8478C000002  FAIL stalled-boot", lines[1], StringComparison.Ordinal);
        Assert.Contains("C8478C000003  ERROR link-lost", lines[2], StringComparison.Ordinal);
        Assert.Contains("FAIL short", lines[3], StringComparison.Ordinal);
    }

    private static SlotStatus Slot(SlotPhase phase, string text, string? mac) => new(12, phase, text, mac, 0, 0, 0, Now.AddSeconds(-7));

    private static string Line(SlotStatus slot, int width = 80)
    {
        (string number, string phase, string text) = SlotLines.Of(slot, width, Now);
        return (number + phase + text).TrimEnd();
    }
}
