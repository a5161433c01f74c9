namespace ProvisionStation.Beken.BootLoader;

/// <summary>Rates and retries of a session.</summary>
/// <param name="Rates">The ladder of bit rates, highest first; 115200 always works and need not be in it.</param>
/// <param name="BasicTopRate">The highest rate a BASIC loader is asked for. Default 921600: its receive ring is 512 bytes (l_bootloader source).</param>
/// <param name="ReadTries">Attempts at one sector's read, 1 to 20. Default 5.</param>
/// <param name="WriteTries">Attempts at one sector's erase and write, 1 to 10. Default 3.</param>
public sealed record SessionOptions(IReadOnlyList<int> Rates, int BasicTopRate = 921600, int ReadTries = 5, int WriteTries = 3);
