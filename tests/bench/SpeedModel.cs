using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Speed;

/// <summary>Floors of one piece of work. <see cref="LineSeconds"/>: payload at ten bits a byte. <see cref="ModelSeconds"/>: the line, the frames around the
/// payload, one CRC over the range and, for a write, programming and the cheapest erase.</summary>
/// <remarks>Flash timing is the simulator's: 45 ms per 4 KiB erase, 150 ms per 64 KiB erase, 0.4 ms per 256 bytes programmed, chip CRC at 500 kB/s.
/// The CRC's figure is an assumption; the real one is not published. The model adds programming to the line, as the peers' figures do; a loader that
/// programs while bytes still arrive, as the virtual one does (fact sheet, receive side), hides it: a write can come out below its model.</remarks>
/// <param name="LineSeconds">Payload alone.</param>
/// <param name="ModelSeconds">What the best possible tool needs.</param>
internal sealed record SpeedModel(double LineSeconds, double ModelSeconds)
{
    /// <summary>The bit rate everything is measured at.</summary>
    public const int BitRate = 1_500_000;

    /// <summary>Bytes around a sector in one exchange: 12 of a request and 15 of an answer.</summary>
    private const int FrameBytes = 12 + 15;

    private const double EraseSectorSeconds = 0.045;
    private const double EraseBlockSeconds = 0.150;
    private const double ProgramSectorSeconds = 0.0004 * 16;
    private const double CrcBytesPerSecond = 500_000;

    /// <summary>A full read with the chip's CRC over it.</summary>
    public static SpeedModel OfRead(FlashRange range)
    {
        uint sectors = range.LengthBytes / FlashAddress.SectorBytes;
        double line = Wire(range.LengthBytes);
        return new SpeedModel(line, line + Wire(sectors * FrameBytes) + (range.LengthBytes / CrcBytesPerSecond));
    }

    /// <summary>Erase, write and CRC. Sectors that are blank need no writing: they count for erase and CRC only.</summary>
    public static SpeedModel OfWrite(FlashRange range, ReadOnlySpan<byte> content)
    {
        int sectors = 0;
        for (int at = 0; at < content.Length; at += (int)FlashAddress.SectorBytes)
            sectors += content.Slice(at, (int)FlashAddress.SectorBytes).ContainsAnyExcept((byte)0xFF) ? 1 : 0;
        double line = Wire(sectors * FlashAddress.SectorBytes);
        return new SpeedModel(
            line,
            line + Wire(sectors * FrameBytes) + (range.LengthBytes / CrcBytesPerSecond) + (sectors * ProgramSectorSeconds) + EraseSeconds(range));
    }

    /// <summary>Whole 64 KiB blocks at once, the ragged ends sector by sector: what lies beside the range must stay.</summary>
    private static double EraseSeconds(FlashRange range)
    {
        double seconds = 0;
        for (uint at = range.Start.Value; at < range.End.Value;)
        {
            bool block = at % FlashAddress.BlockBytes == 0 && at + FlashAddress.BlockBytes <= range.End.Value;
            seconds += block ? EraseBlockSeconds : EraseSectorSeconds;
            at += block ? FlashAddress.BlockBytes : FlashAddress.SectorBytes;
        }

        return seconds;
    }

    private static double Wire(double bytes) => bytes * 10 / BitRate;
}
