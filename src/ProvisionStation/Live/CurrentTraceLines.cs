using System.Globalization;
using System.Text;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Live;

/// <summary>A current trace, for a person: a line of bars, and the numbers of each stretch between two marks.</summary>
internal static class CurrentTraceLines
{
    private const int Columns = 72;
    private const string Bars = "▁▂▃▄▅▆▇█";
    private const string Nothing = " ";

    /// <summary>Line by line. Times count back from the end of the run.</summary>
    public static IEnumerable<string> Of(CurrentTraceFile trace)
    {
        if (!trace.HasMeter)
        {
            yield return "current: the slot has no meter";
            yield break;
        }

        if (trace.Buckets.Count == 0)
        {
            yield return "current: no reading in the whole run";
            yield break;
        }

        double from = Seconds(trace.Buckets[0].From);
        double length = Math.Max(Seconds(trace.Buckets[^1].To) - from, 0.001);
        float most = trace.Buckets.Max(bucket => bucket.Most);
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"current: {trace.Buckets.Sum(bucket => (long)bucket.Readings)} readings, {trace.Buckets.Min(bucket => bucket.Least):0.0} to {most:0.0} mA; "
            + $"a column is {length / Columns:0.00} s and shows its mean, a full bar is {Top(trace):0.0} mA, a blank has no reading");
        yield return $"  {Line(trace, from, length)}";
        foreach (string stretch in Stretches(trace))
            yield return stretch;
        CurrentBucket last = trace.Buckets[^1];
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"  the last reading was {(last.Readings == 1 ? "" : "about ")}{last.Mean:0.0} mA, {trace.End.TotalSeconds - Seconds(last.To):0.0} s before the end");
    }

    /// <summary>One character a column.</summary>
    private static string Line(CurrentTraceFile trace, double from, double length)
    {
        (double Sum, long Readings)[] columns = new (double, long)[Columns];
        for (int index = 0; index < trace.Buckets.Count; index++)
        {
            CurrentBucket bucket = trace.Buckets[index];
            for (int column = Column(bucket.From); column <= Column(HoldsUntil(trace, index)); column++)
                columns[column] = (columns[column].Sum + (bucket.Mean * bucket.Readings), columns[column].Readings + bucket.Readings);
        }

        double top = Math.Max(Top(trace), 0.001);
        StringBuilder line = new(Columns);
        foreach ((double sum, long readings) in columns)
        {
            double share = readings == 0 ? 0 : Math.Clamp(sum / readings / top, 0, 1);
            line.Append(readings == 0 ? Nothing : Bars[(int)Math.Round(share * (Bars.Length - 1))].ToString());
        }

        return line.ToString().TrimEnd();

        int Column(long at) => Math.Clamp((int)((Seconds(at) - from) / length * Columns), 0, Columns - 1);
    }

    /// <summary>A reading holds until the next one, unless power came or went in between.</summary>
    private static long HoldsUntil(CurrentTraceFile trace, int index)
    {
        CurrentBucket bucket = trace.Buckets[index];
        if (index + 1 == trace.Buckets.Count)
            return bucket.To;
        CurrentBucket next = trace.Buckets[index + 1];
        bool isSwitched = trace.Marks.Any(mark => mark.Text.StartsWith("power ", StringComparison.Ordinal)
            && mark.At.TotalMicroseconds > bucket.To && mark.At.TotalMicroseconds <= next.From);
        return isSwitched ? bucket.To : Math.Max(bucket.To, next.From - 1);
    }

    private static IEnumerable<string> Stretches(CurrentTraceFile trace)
    {
        for (int index = 0; index < trace.Marks.Count; index++)
        {
            (TimeSpan at, string text) = trace.Marks[index];
            double end = (index + 1 < trace.Marks.Count ? trace.Marks[index + 1].At : trace.End).TotalMicroseconds;
            CurrentBucket[] within = [.. trace.Buckets.Where(bucket => bucket.From >= at.TotalMicroseconds && bucket.From < end)];
            string numbers = "no reading";
            if (within.Length > 0)
            {
                long readings = within.Sum(bucket => (long)bucket.Readings);
                numbers = string.Create(
                    CultureInfo.InvariantCulture,
                    $"mean {within.Sum(bucket => bucket.Mean * bucket.Readings) / readings:0.0} mA "
                    + $"({within.Min(bucket => bucket.Least):0.0} to {within.Max(bucket => bucket.Most):0.0}), {readings} {(readings == 1 ? "reading" : "readings")}");
            }

            yield return string.Create(
                CultureInfo.InvariantCulture, $"  {(at - trace.End).TotalSeconds,9:0.000} s  {text,-10} {numbers}");
        }
    }

    private static double Top(CurrentTraceFile trace) => trace.Buckets.Max(bucket => bucket.Mean);

    private static double Seconds(long microseconds) => microseconds / 1e6;
}
