using ProvisionStation.Live;
using ProvisionStation.Records.Journal;
using ProvisionStation.Runs.Channels;

namespace ProvisionStation.Tests.Live;

public sealed class LotSummaryTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 31, 8, 0, 0, TimeSpan.Zero);

    public static TheoryData<StationEnd> Ends => [.. Enum.GetValues<StationEnd>()];

    [Theory, MemberData(nameof(Ends))]
    public void Slots_that_may_have_power_are_the_last_line_of_every_ending(StationEnd end)
    {
        string[] lines = Written(Outcome(end, [], [Fault(2), Fault(1)]));
        Assert.Equal("Slots 1, 2 MAY STILL HAVE POWER: switch the supply off by hand.", lines[^1]);
        Assert.DoesNotContain(lines, line => line.Contains("every slot is off", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Ends))]
    public void Where_every_slot_is_off_nobody_is_sent_to_the_supply(StationEnd end)
    {
        string[] lines = Written(Outcome(end, [], []));
        Assert.DoesNotContain(lines, line => line.Contains("POWER", StringComparison.Ordinal));
        Assert.Equal(end == StationEnd.Stopped, lines.Any(line => line.Contains("every slot is off", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_fault_that_is_over_says_from_when_to_when()
    {
        string[] lines = Written(Outcome(StationEnd.UnitsDone, [Fault(1) with { EndedAt = At.AddSeconds(8) }, Fault(2)], []));
        string from = At.LocalDateTime.ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains(lines, line => line.StartsWith($"Slot 1 was away {from} to ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith($"Slot 2 could not work since {from}: port-gone", StringComparison.Ordinal));
    }

    private static SlotFault Fault(int slot) => new(slot, "port-gone", "the port is gone", "Plug it in.", At);

    private static StationOutcome Outcome(StationEnd end, SlotFault[] faults, SlotFault[] stillPowered) =>
        new(end, new LotCounts(0, 0, 0, 0, 0), [], [], [], faults, stillPowered);

    private static string[] Written(StationOutcome outcome)
    {
        using StringWriter output = new();
        LotSummary.Write(output, outcome, "L1", "data");
        LotSummary.WriteNext(output, "ports");
        LotSummary.WritePower(output, outcome);
        return output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }
}
