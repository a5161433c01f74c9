namespace ProvisionStation.Simulator.Modules;

/// <summary>How long things take, in nanoseconds of the computer's own clock.</summary>
/// <remarks>The scale makes wires, flash and application faster. What a host's own timing must meet stays as it is: the loader's window
/// after reset,
/// the idle limit of a BASIC loader, the delay of the bit-rate command.</remarks>
/// <param name="scale">1 is life; 10 is ten times as fast. Above 0.</param>
/// <param name="turbo">Wires and flash take no time at all.</param>
internal sealed class Pace(double scale, bool turbo)
{
    /// <summary>Erase of 4 KiB and 64 KiB, program of a page. Source: peers.md, the paced bench (datasheets: 40 to 50 ms, 250 to 280 ms,
    /// 0.6 to 0.7 ms typical).</summary>
    public const double EraseSectorSeconds = 0.045;

    public const double EraseBlockSeconds = 0.150;

    public const double ProgramPageSeconds = 0.0004;

    /// <summary>Bytes a second of the loader's CRC. Source: peers.md; an assumption, the real figure is not published.</summary>
    public const double CrcBytesPerSecond = 500_000;

    /// <summary>A status register write. Source: datasheets, 2 to 10 ms typical.</summary>
    public const double WriteStatusSeconds = 0.005;

    private const long FrameNanoseconds = 1_000_000;
    private const long ShortestFrameNanoseconds = 250_000;

    /// <summary>How much faster than life.</summary>
    public double Scale { get; } = scale;

    /// <summary>A USB frame: how often an adapter is asked, and its latency timer. With a scale no shorter than the computer can
    /// keep.</summary>
    public long Frame { get; } = turbo ? 0 : Math.Max(ShortestFrameNanoseconds, (long)(FrameNanoseconds / scale));

    /// <summary>One byte on a wire: ten bit times.</summary>
    public double ByteNanoseconds(int bitRate) => turbo ? 0 : 10e9 / (bitRate * Scale);

    /// <summary>What the application and its radio take.</summary>
    public long Application(double seconds) => (long)(seconds * 1e9 / Scale);

    /// <summary>What the flash chip and the loader's CRC take.</summary>
    public long Work(double seconds) => turbo ? 0 : (long)(seconds * 1e9 / Scale);

    /// <summary>What stays as in life.</summary>
    public static long Real(double seconds) => (long)(seconds * 1e9);
}
