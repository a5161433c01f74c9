using System.Globalization;
using ProvisionStation.Beken.BootLoader;

namespace ProvisionStation.Live;

/// <summary>A UART trace, for a person: what was asked, what the unit said, and when it fell silent.</summary>
internal static class UartTraceLines
{
    private const int BytesInALine = 32;

    /// <summary>The end of a trace, line by line. Times count back from its end.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="most">Entries at most; 1 and up.</param>
    /// <param name="allBytes">True: every stray byte that is kept; false: the first 32 of a stretch.</param>
    public static IEnumerable<string> Of(UartTraceFile trace, int most, bool allBytes)
    {
        int shown = Math.Min(most, trace.Entries.Count);
        string older = (trace.Entries.Count - shown, trace.Overwritten) switch
        {
            (0, 0) => "all there is",
            (var hidden, 0) => $"{hidden} before them are not shown: --entries",
            (0, var gone) => $"{gone} before them had no room",
            var (hidden, gone) => $"{hidden} before them are not shown: --entries; {gone} before those had no room",
        };
        yield return $"UART: the last {shown} entries ({older}); seconds before the end of the run, -> to the unit, <- from the unit";
        foreach (UartTraceEntry entry in trace.Entries.Skip(trace.Entries.Count - shown))
        {
            (string arrow, string text) = Of(entry, allBytes);
            yield return string.Create(CultureInfo.InvariantCulture, $"  {Before(trace, entry.At),9:0.000} s  {arrow}  {text}");
        }

        yield return LastAnswer(trace);
    }

    /// <summary>Seconds before the end, below zero.</summary>
    public static double Before(UartTraceFile trace, TimeSpan at) => Math.Round((at - trace.End).TotalSeconds, 6);

    /// <summary>What the unit last said, in one line.</summary>
    private static string LastAnswer(UartTraceFile trace)
    {
        foreach (UartTraceEntry entry in trace.Entries.Reverse())
        {
            string? said = entry switch
            {
                UartFrame { IsAnswer: true } frame => Frame(frame),
                UartLinkChecks { Answered: > 0 } => "link check",
                _ => null,
            };
            TimeSpan at = entry is UartLinkChecks checks ? checks.Last : entry.At;
            if (said is not null)
                return string.Create(CultureInfo.InvariantCulture, $"  the loader last answered {-Before(trace, at):0.000} s before the end: {said}");
        }

        return trace.Overwritten == 0 ? "  the loader never answered" : "  the loader answered nothing in all that is kept";
    }

    private static (string Arrow, string Text) Of(UartTraceEntry entry, bool allBytes) => entry switch
    {
        UartFrame frame => (frame.IsAnswer ? "<-" : "->", Frame(frame)),
        UartLinkChecks checks => (checks.Sent > 0 ? "->" : "<-", Checks(checks)),
        UartStray stray => ("??", Stray(stray, allBytes)),
        UartNoAnswer silence => ("..", string.Create(CultureInfo.InvariantCulture, $"no answer for {silence.Waited.TotalSeconds:0.0##} s")),
        UartFlush flush => ("->", $"{flush.Bytes} zeros, to end a request that may have lost a byte"),
        UartMarked marked => ("==", Mark(marked)),
        _ => ("  ", entry.GetType().Name),
    };

    private static string Frame(UartFrame frame)
    {
        string status = frame is { IsAnswer: true, IsLong: true } ? $", status {frame.Status} ({LoaderWords.Status(frame.Status)})" : "";
        return $"{LoaderWords.Command(frame.IsLong, frame.Opcode, frame.IsAnswer)}{Where(frame)}, {frame.Bytes} bytes{status}";
    }

    private static string Where(UartFrame frame) => (frame.IsLong, frame.Opcode, frame.First, frame.Second) switch
    {
        (false, 0x0F, { } rate, _) => $" {rate}",
        (false, 0x10, { } first, { } last) => $" 0x{first:X6} to 0x{last:X6}",
        (false, _, { } register, _) => $" 0x{register:X8}",
        (true, 0x0F, { } address, 0x20) => $" 4 KiB at 0x{address:X6}",
        (true, 0x0F, { } address, 0xD8) => $" 64 KiB at 0x{address:X6}",
        (true, _, { } address, { } command) => $" 0x{address:X6}, SPI command 0x{command:X2}",
        (true, _, { } address, null) => $" 0x{address:X6}",
        (true, _, null, { } command) => $", SPI command 0x{command:X2}",
        _ => "",
    };

    private static string Checks(UartLinkChecks checks)
    {
        string over = checks.Last > checks.At
            ? string.Create(CultureInfo.InvariantCulture, $" over {(checks.Last - checks.At).TotalSeconds:0.0##} s")
            : "";
        return checks.Sent == 0
            ? $"{Count(checks.Answered, "late answer")} to link checks{over}"
            : $"{Count(checks.Sent, "link check")}{over}, {(checks.Answered == 0 ? "none" : checks.Answered)} answered";
    }

    private static string Stray(UartStray stray, bool allBytes)
    {
        int shown = allBytes ? stray.Kept.Length : Math.Min(stray.Kept.Length, BytesInALine);
        string hex = string.Join(' ', stray.Kept.Take(shown).Select(value => value.ToString("X2", CultureInfo.InvariantCulture)));
        string more = stray.Total > shown ? $" and {stray.Total - shown} more" : "";
        return $"{Count(stray.Total, "byte")} of no whole frame: {hex}{more}";
    }

    private static string Mark(UartMarked marked) => marked.Mark switch
    {
        UartMark.Step => $"step {marked.Text}",
        UartMark.Session => "a session with the loader begins",
        UartMark.BitRate => $"the station talks at {marked.Value} bits per second",
        UartMark.PowerOn => "power on",
        UartMark.PowerOff => "power off",
        UartMark.PowerCut => "power cut by the watch over the current",
        UartMark.ResetReleased => "reset released",
        UartMark.Break => "TX at break",
        UartMark.PortClosed => "port closed",
        _ => marked.Mark.ToString(),
    };

    private static string Count(uint number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
