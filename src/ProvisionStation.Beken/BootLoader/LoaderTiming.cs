namespace ProvisionStation.Beken.BootLoader;

/// <summary>Every limit of a session and where it comes from. A limit is not a delay: bytes that arrive end the wait.</summary>
internal static class LoaderTiming
{
    /// <summary>The rate every loader starts with, in bits per second. Source: all public tools.</summary>
    public const int StartRate = 115200;

    /// <summary>The bit-rate command's DD: how long the loader waits before it answers at the new rate, in milliseconds.
    /// Source: tools use 15 to 200 (BkWriter 15, bk7231tools 20, tyutool 100, BK7231GUIFlashTool 200); 50 leaves a USB adapter time to switch.</summary>
    public const byte RateDelayMilliseconds = 50;

    /// <summary>Between the last request byte on the wire and our own change of rate. Source: bk7231tools and hid_download_py wait 10 ms.</summary>
    public static readonly TimeSpan RateSwitch = TimeSpan.FromMilliseconds(10);

    /// <summary>What l_bootloader makes of DD at most (its tick is commented as 2 ms), and 0.5 s as hid_download_py gives.</summary>
    public static readonly TimeSpan RateAnswer = TimeSpan.FromMilliseconds((2 * RateDelayMilliseconds) + 500);

    /// <summary>Silence after a link check before the next one. Source: bk7231tools, 5 ms; an answer takes 1.2 ms on the wire.</summary>
    public static readonly TimeSpan LinkPause = TimeSpan.FromMilliseconds(5);

    /// <summary>Longest time between two link checks while bytes keep coming. Less than any loader's window after reset (0.1 s and up).</summary>
    public static readonly TimeSpan LinkPeriod = TimeSpan.FromMilliseconds(20);

    /// <summary>Silence that says that no late answer is under way. Source: hid_download_py issue 3, pull requests 4 and 15.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a line may chatter before draining it is given up.</summary>
    public static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(1);

    /// <summary>What the adapter, its latency timer (16 ms as shipped) and a busy computer may add to any answer.</summary>
    public static readonly TimeSpan Turnaround = TimeSpan.FromMilliseconds(250);

    /// <summary>How long link checks go on after a restart that is meant to win back a lost unit.</summary>
    public static readonly TimeSpan RelinkWindow = TimeSpan.FromSeconds(2);

    /// <summary>A 4 KiB erase. Source: serial NOR datasheets, 400 ms at most (W25Q16BV); tools give 1 s.</summary>
    public static readonly TimeSpan EraseSector = TimeSpan.FromSeconds(1);

    /// <summary>A 64 KiB erase. Source: serial NOR datasheets, up to 2 s.</summary>
    public static readonly TimeSpan EraseBlock = TimeSpan.FromSeconds(3);

    /// <summary>Programming a sector: sixteen pages at 5 ms (datasheet maximum 3 ms), and 200 ms.</summary>
    public static readonly TimeSpan ProgramSector = TimeSpan.FromMilliseconds((16 * 5) + 200);

    /// <summary>Between two looks at the write-in-progress bit. Source: datasheets, status write 2 to 30 ms.</summary>
    public static readonly TimeSpan StatusPoll = TimeSpan.FromMilliseconds(2);

    /// <summary>How often link checks keep a BASIC loader awake. Its idle limit is a count of polls; in seconds it is not published.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromMilliseconds(50);

    /// <summary>The loader's CRC: 2 s and 10 s per MiB. Source: bk7231tools expects 400 kB/s, hid_download_py allows 15 s per MiB.</summary>
    public static TimeSpan Crc(uint lengthBytes) => TimeSpan.FromSeconds(2 + (10.0 * lengthBytes / (1 << 20)));

    /// <summary>Time on the wire: ten bit times a byte.</summary>
    public static TimeSpan Wire(long bytes, int bitsPerSecond) => TimeSpan.FromSeconds(10.0 * bytes / bitsPerSecond);
}
