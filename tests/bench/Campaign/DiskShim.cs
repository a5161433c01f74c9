using System.Diagnostics;
using System.Globalization;

namespace ProvisionStation.Speed.Campaign;

/// <summary>The C shim of <c>tests/shim</c>, built with gcc.</summary>
internal static class DiskShim
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Builds it.</summary>
    /// <exception cref="InvalidOperationException">There is no gcc, or it does not build.</exception>
    public static async Task<string> BuildAsync(string folder)
    {
        string library = Path.Combine(folder, "disk-shim.so");
        string source = Path.Combine(Programs.Root, "tests", "shim", "disk-shim.c");
        try
        {
            using Process compiler = Process.Start(new ProcessStartInfo("gcc", ["-O2", "-Wall", "-shared", "-fPIC", "-pthread", "-o", library, source])
            {
                RedirectStandardError = true,
            })!;
            string said = await compiler.StandardError.ReadToEndAsync();
            using CancellationTokenSource limit = new(Patience, TimeProvider.System);
            await compiler.WaitForExitAsync(limit.Token);
            return compiler.ExitCode == 0 ? library : throw new InvalidOperationException($"the shim does not build: {said}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException("gcc is not installed: apt-get install gcc libc6-dev", e);
        }
    }

    /// <summary>Writes a trace of what the station does to its data folder.</summary>
    public static Dictionary<string, string> Tracing(string library, string data, string trace) => new()
    {
        ["LD_PRELOAD"] = library,
        ["SHIM_ROOT"] = data,
        ["SHIM_TRACE"] = trace,
    };

    /// <summary>Lets calls fail.</summary>
    /// <param name="library">The shim.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="at">The first call that fails, 1 and up; 0: none.</param>
    /// <param name="many">How many fail from there on.</param>
    /// <param name="error">errno: 5 is EIO, 28 is ENOSPC.</param>
    /// <param name="count">File for the number of calls that could have failed.</param>
    public static Dictionary<string, string> Failing(string library, string data, int at, int many, int error, string count) => new()
    {
        ["LD_PRELOAD"] = library,
        ["SHIM_ROOT"] = data,
        ["SHIM_FAIL_AT"] = at.ToString(CultureInfo.InvariantCulture),
        ["SHIM_FAIL_FOR"] = many.ToString(CultureInfo.InvariantCulture),
        ["SHIM_ERRNO"] = error.ToString(CultureInfo.InvariantCulture),
        ["SHIM_COUNT"] = count,
    };
}
