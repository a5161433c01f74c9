using System.Globalization;

namespace ProvisionStation.Speed;

/// <summary>Prints what was measured beside its floors.</summary>
internal sealed class SpeedReport(TextWriter output, UnitJob job)
{
    private readonly SpeedModel _read = SpeedModel.OfRead(job.Read);
    private readonly SpeedModel _write = SpeedModel.OfWrite(job.Write, job.Content.Span);
    private (double Read, double Write)? _alone;

    /// <summary>What is measured, and against what.</summary>
    public void Head(bool quick)
    {
        Line($"Virtual bench, paced, {SpeedModel.BitRate} bit/s{(quick ? ", QUICK: a smaller range, fixed costs weigh more" : "")}.");
        Line($"read : {job.Read.LengthBytes / 1024} KiB and CRC              line {_read.LineSeconds:0.00} s, model {_read.ModelSeconds:0.00} s");
        Line($"write: {job.Write.LengthBytes / 4096} sectors, erase, CRC      line {_write.LineSeconds:0.00} s, model {_write.ModelSeconds:0.00} s");
        Line($"model: line + frame bytes + one CRC, for the write + programming and the cheapest erase. Aim: read 1.05, write 1.08, each of many 1.05 of alone.");
        Line($"The virtual loader programs while bytes still arrive, which the model does not count on: a write can come out below it.");
    }

    /// <summary>The units of one measurement: mean and worst.</summary>
    public void Unit(string title, IReadOnlyList<UnitTimes> units)
    {
        Line($"");
        Line($"{title}");
        double read = Work("read ", _read, [.. units.Select(unit => unit.Read.TotalSeconds)], _alone?.Read);
        double write = Work("write", _write, [.. units.Select(unit => unit.Write.TotalSeconds)], _alone?.Write);
        Line($"  link and identify {units.Average(unit => unit.Link.TotalSeconds):0.00} s; with it a whole backup is {(read + units.Average(unit => unit.Link.TotalSeconds)) / _read.ModelSeconds:0.000} of its model");
        Line($"  bit rate {units.Min(unit => unit.Line.BitRate)}; read again {units.Sum(unit => unit.Line.ReadRetries)}, written again {units.Sum(unit => unit.Line.WriteRetries)}, rungs dropped {units.Sum(unit => unit.Line.RateDrops)} in all");
        _alone ??= (read, write);
    }

    /// <summary>What the station's own process took.</summary>
    public void Cost(int units, TimeSpan processor, long peakBytes)
    {
        Line($"");
        Line($"cost of {units} slots, this process only");
        Line($"  {processor.TotalSeconds / units:0.00} s of processor time per unit for link, read and write together (aim 0.5)");
        Line($"  {peakBytes / 1e6:0} MB of memory at most (aim 200)");
    }

    private double Work(string name, SpeedModel floor, double[] seconds, double? alone)
    {
        double mean = seconds.Average();
        string others = alone is { } one ? $", {mean / one:0.000} of alone, worst {seconds.Max() / one:0.000}" : "";
        Line($"  {name} {mean:0.00} s: {mean / floor.LineSeconds:0.000} of line, {mean / floor.ModelSeconds:0.000} of model{others}");
        return mean;
    }

    private void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
