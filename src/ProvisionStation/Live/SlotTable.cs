using System.Globalization;
using ProvisionStation.Runs.Channels;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ProvisionStation.Live;

/// <summary>One line per slot: what it does, how far it is, how fast, how long still, and which unit.</summary>
internal static class SlotTable
{
    /// <summary>Slot, phase, percent, rate, time left, MAC; what is left of the line is text. Fixed, so that nothing jumps.</summary>
    private static readonly int[] Widths = [7, 9, 5, 9, 10, 12];

    /// <summary>What the table reckons with beside each column.</summary>
    private const int Padding = 2;

    /// <summary>Of the text, what is always shown; a narrower terminal cuts the columns before it.</summary>
    private const int LeastText = 16;

    /// <summary>The lines of all slots, and below them what the operator is asked, for a terminal so many columns wide.</summary>
    public static IRenderable Of(IReadOnlyList<SlotStatus> slots, string? question, int width)
    {
        // Before the slots are known; a table without rows cannot be drawn.
        if (slots.Count == 0)
            return new Text(question is null ? "" : Printable.Of(question));
        Table table = new Table().NoBorder().HideHeaders();
        foreach (int column in Widths)
            table.AddColumn(new TableColumn("").Width(column).NoWrap());
        table.AddColumn(new TableColumn("").NoWrap());
        foreach (SlotStatus slot in slots)
            table.AddRow(Cells(slot, Math.Max(LeastText, width - Widths.Sum(column => column + Padding) - Padding - 1)));
        return question is null ? table : new Rows(table, new Text(Printable.Of(question), new Style(Color.Aqua)));
    }

    private static Text[] Cells(SlotStatus slot, int room) =>
    [
        Cell($"slot {slot.Slot}"),
        Cell(Phase(slot), Colour(slot)),
        Cell(slot.Percent is { } percent ? $"{percent,3} %" : ""),
        Cell(slot.BytesPerSecond > 0 ? string.Create(CultureInfo.InvariantCulture, $"{slot.BytesPerSecond / 1000:0} kB/s") : ""),
        Cell(
            slot.Remaining is { } left ? string.Create(CultureInfo.InvariantCulture, $"{Math.Min(left.TotalSeconds, 9999):0} s left") : ""),
        Cell(slot.Mac ?? ""),
        Cell(slot.Phase is SlotPhase.Working or SlotPhase.Opening or SlotPhase.Empty ? "" : Cut(slot.Text, room), Colour(slot)),
    ];

    /// <summary>A text that is longer than its column would take the room of all others.</summary>
    private static string Cut(string text, int room) => text.Length <= room ? text : text[..(room - 1)] + "…";

    private static string Phase(SlotStatus slot) => slot.Phase switch
    {
        SlotPhase.Working => slot.Text,
        SlotPhase.Opening => "opening",
        SlotPhase.Empty => "empty",
        SlotPhase.Silent => "no answer",
        SlotPhase.Done => "done, off",
        SlotPhase.Latched => "cut, off",
        _ => "FAULT",
    };

    private static Color Colour(SlotStatus slot) => slot.Phase switch
    {
        SlotPhase.Done when slot.Text.StartsWith("PASS", StringComparison.Ordinal) => Color.Green,
        SlotPhase.Done when slot.Text.StartsWith("FAIL", StringComparison.Ordinal) => Color.Red,
        SlotPhase.Done or SlotPhase.Fault => Color.Yellow,
        SlotPhase.Latched => Color.Red,
        _ => Color.Default,
    };

    private static Text Cell(string text, Color? colour = null) =>
        new(Printable.Of(text), new Style(colour ?? Color.Default)) { Overflow = Overflow.Ellipsis };
}
