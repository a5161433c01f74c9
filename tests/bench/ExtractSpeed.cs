using System.Globalization;
using ProvisionStation.Beken.Tuya;

namespace ProvisionStation.Speed;

/// <summary>How long it takes to extract the pin map of a dump, and what it allocates. Aim: under 50 ms and 8 MB for 2 MiB.</summary>
internal static class ExtractSpeed
{
    private const int Times = 50;
    private const int WarmUp = 5;

    /// <summary>Prints median and worst of 50 extractions of one file.</summary>
    public static int Run(string file)
    {
        byte[] dump = File.ReadAllBytes(file);
        for (int i = 0; i < WarmUp; i++)
            TuyaExtraction.Extract(dump);
        double[] milliseconds = new double[Times];
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Times; i++)
        {
            long from = TimeProvider.System.GetTimestamp();
            TuyaExtraction.Extract(dump);
            milliseconds[i] = TimeProvider.System.GetElapsedTime(from).TotalMilliseconds;
        }

        allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / Times;
        Array.Sort(milliseconds);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{dump.Length} bytes: median {milliseconds[Times / 2]:0.0} ms, worst {milliseconds[^1]:0.0} ms (aim 50), {allocated / 1e6:0.00} MB allocated (aim 8)"));
        return 0;
    }
}
