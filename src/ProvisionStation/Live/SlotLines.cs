using System.Globalization;
using ProvisionStation.Runs.Channels;

namespace ProvisionStation.Live;

/// <summary>The live line of a slot as plain text, cut to the width of the terminal, so that no column takes the room of another.</summary>
internal static class SlotLines
{
    private const int PhaseLetters = 9;
    private const int MacLetters = 12;

    /// <summary>The columns of one slot.</summary>
    /// <param name="slot">What it is doing.</param>
    /// <param name="width">Columns of the terminal; the last one is left free, so that no terminal wraps.</param>
    /// <param name="now">UTC wall clock.</param>
    /// <returns>Slot, phase and MAC; and what fits of the rest.</returns>
    public static (string Slot, string Phase, string Text) Of(SlotStatus slot, int width, DateTimeOffset now)
    {
        string number = $"slot {slot.Slot,2}  ";
        string phase = $"{Cut(Phase(slot), PhaseLetters),-PhaseLetters}  ";
        string mac = $"{Cut(Printable.Of(slot.Mac ?? ""), MacLetters),-MacLetters}  ";
        int left = width - 1 - number.Length - phase.Length - mac.Length;
        return (number, phase, (mac + Cut(Printable.Of(Text(slot, now)), left)).TrimEnd());
    }

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

    private static string Text(SlotStatus slot, DateTimeOffset now) => slot.Phase switch
    {
        SlotPhase.Working => Progress(slot, now),
        SlotPhase.Opening => "",
        SlotPhase.Empty => WithoutWord(slot.Text, "empty"),
        // Verdict and reason; what to do is said in the lines above, where there is room for it.
        SlotPhase.Done or SlotPhase.Latched => slot.Text.Split(':')[0],
        _ => slot.Text,
    };

    private static string Progress(SlotStatus slot, DateTimeOffset now)
    {
        if (slot.Percent is not { } percent)
            return string.Create(CultureInfo.InvariantCulture, $"{Math.Clamp((now - slot.Since).TotalSeconds, 0, 9999):0} s");
        string rate = slot.BytesPerSecond > 0 ? string.Create(CultureInfo.InvariantCulture, $"{slot.BytesPerSecond / 1000,5:0} kB/s") : "";
        string left = slot.Remaining is { } time
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Min(time.TotalSeconds, 9999),5:0} s left")
            : "";
        return $"{percent,3} %  {rate}  {left}";
    }

    private static string WithoutWord(string text, string word) =>
        text.StartsWith(word, StringComparison.Ordinal) ? text[word.Length..].TrimStart(',', ' ') : text;

    private static string Cut(string text, int letters)
    {
        if (text.Length <= letters)
            return text;
        return letters < 1 ? "" : text[..(letters - 1)] + "…";
    }
}
