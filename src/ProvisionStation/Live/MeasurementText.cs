using System.Globalization;
using ProvisionStation.Records;

namespace ProvisionStation.Live;

/// <summary>A measurement on one line.</summary>
internal static class MeasurementText
{
    /// <summary>For example <c>current-mean 62.4 mA (45 to 110) PASS</c>.</summary>
    public static string Of(Measurement measured)
    {
        string limits = (measured.Low, measured.High) switch
        {
            ({ } low, { } high) => string.Create(CultureInfo.InvariantCulture, $" ({low:0.##} to {high:0.##})"),
            ({ } low, null) => string.Create(CultureInfo.InvariantCulture, $" (at least {low:0.##})"),
            (null, { } high) => string.Create(CultureInfo.InvariantCulture, $" (at most {high:0.##})"),
            _ => "",
        };
        string mark = measured.IsMarginal ? " MARGINAL" : "";
        string note = measured.Note is null ? "" : $", {measured.Note}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{measured.Name} {measured.Value:0.##} {measured.Unit}{limits} {RecordText.Of(measured.Verdict)}{mark}{note}");
    }
}
