using ProvisionStation.Runs.Channels;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ProvisionStation.Live;

/// <summary>One coloured line per slot: what it does, which unit, how far it is or how it ended; below them the counts.</summary>
internal static class SlotTable
{
    /// <summary>The lines of all slots, and below them the footer and what the operator is asked.</summary>
    public static IRenderable Of(IReadOnlyList<SlotStatus> slots, string footer, string? question, int width, DateTimeOffset now)
    {
        List<IRenderable> lines = [.. slots.Select(slot => Line(slot, width, now))];
        if (slots.Count > 0)
            lines.Add(new Text(footer, new Style(Color.Grey)));
        if (question is not null)
            lines.Add(new Text(Printable.Of(question), new Style(Color.Aqua)));
        // Before the slots are known there is nothing to draw, and nothing cannot be drawn.
        return lines.Count == 0 ? new Text("") : new Rows(lines);
    }

    private static Paragraph Line(SlotStatus slot, int width, DateTimeOffset now)
    {
        (string number, string phase, string rest) = SlotLines.Of(slot, width, now);
        Style colour = new(Colour(slot));
        return new Paragraph(number) { Overflow = Overflow.Crop }.Append(phase, colour).Append(rest, colour);
    }

    private static Color Colour(SlotStatus slot) => slot.Phase switch
    {
        SlotPhase.Done when slot.Text.StartsWith("PASS", StringComparison.Ordinal) => Color.Green,
        SlotPhase.Done when slot.Text.StartsWith("FAIL", StringComparison.Ordinal) => Color.Red,
        SlotPhase.Done or SlotPhase.Fault => Color.Yellow,
        SlotPhase.Latched => Color.Red,
        _ => Color.Default,
    };
}
