namespace ProvisionStation.Beken.Flash;

/// <summary>The RF sector: radio calibration and the station's MAC, as a TLV table.</summary>
public sealed class RfPartition
{
    /// <summary>Twelve upper-case hex digits; null where the table has no MAC.</summary>
    public string? MacText => throw new NotImplementedException();

    /// <summary>Where the MAC was read, for the record, for example <c>RF sector 0x1D0000, TLV 11111102</c>.</summary>
    public string Origin => throw new NotImplementedException();

    /// <summary>True for a MAC that many modules share because they were never calibrated or lost their calibration.</summary>
    public bool IsPlaceholder => throw new NotImplementedException();

    /// <summary>Walks the table with bounds; null where there is none.</summary>
    /// <param name="sector">The sector's bytes.</param>
    /// <param name="start">Where it was read, for <see cref="Origin"/>.</param>
    public static RfPartition? Parse(ReadOnlySpan<byte> sector, FlashAddress start) => throw new NotImplementedException();
}
