namespace ProvisionStation.Records;

/// <summary>A measured value with its limits. Both ends of a limit pass.</summary>
/// <param name="Name">For example <c>current-mean</c>.</param>
/// <param name="Value">The value in <paramref name="Unit"/>.</param>
/// <param name="Unit">For example <c>mA</c>.</param>
/// <param name="Low">Lower limit; null: none.</param>
/// <param name="High">Upper limit; null: none.</param>
/// <param name="NominalLow">Lower end of the nominal range; null: none.</param>
/// <param name="NominalHigh">Upper end of the nominal range; null: none.</param>
/// <param name="Samples">Number of readings behind the value.</param>
/// <param name="SamplesPerSecond">Rate of the readings; null for a single one.</param>
/// <param name="Note">What a reader must know, for example <c>highest of 12 samples</c>; null: nothing.</param>
public sealed record Measurement(
    string Name,
    double Value,
    string Unit,
    double? Low = null,
    double? High = null,
    double? NominalLow = null,
    double? NominalHigh = null,
    int Samples = 1,
    double? SamplesPerSecond = null,
    string? Note = null)
{
    /// <summary>True inside the limits, both ends included. A value that is not a number is outside.</summary>
    public bool IsInside => Value >= (Low ?? double.NegativeInfinity) && Value <= (High ?? double.PositiveInfinity);

    /// <summary>True inside the limits but outside the nominal range: a mark on a PASS, never a verdict.</summary>
    public bool IsMarginal => IsInside && (Value < NominalLow || Value > NominalHigh);

    /// <summary>PASS inside the limits, FAIL outside.</summary>
    public Verdict Verdict => IsInside ? Verdict.Pass : Verdict.Fail;
}
