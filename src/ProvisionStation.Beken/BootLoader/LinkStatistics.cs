namespace ProvisionStation.Beken.BootLoader;

/// <summary>How well the line did, for the record. Counts since the session was made.</summary>
/// <param name="BitRate">Bits per second in use now.</param>
/// <param name="BytesSent">Bytes handed to the port.</param>
/// <param name="BytesReceived">Bytes taken from the port.</param>
/// <param name="StrayBytes">Bytes that belonged to no frame.</param>
/// <param name="SkippedFrames">Well-formed frames that answered nothing asked, such as late link replies.</param>
/// <param name="ReadRetries">Sectors asked for again.</param>
/// <param name="WriteRetries">Sectors erased and written again.</param>
/// <param name="RateDrops">Rungs of the ladder lost to framing failures.</param>
/// <param name="Relinks">Links made after the first.</param>
public sealed record LinkStatistics(
    int BitRate,
    long BytesSent,
    long BytesReceived,
    long StrayBytes,
    int SkippedFrames,
    int ReadRetries,
    int WriteRetries,
    int RateDrops,
    int Relinks)
{
    /// <summary>The highest bit rate at which a sector was read or written; 0 where none was.</summary>
    public int HighestBitRate { get; init; }

    /// <summary>The lowest one; 0 where none was.</summary>
    public int LowestBitRate { get; init; }
}
