using System.Diagnostics;

namespace ProvisionStation.Speed.Campaign;

/// <summary>The two programs as they were built with this one: judged from outside only, like any user's.</summary>
internal static class Programs
{
    private static readonly string Output = Path.Combine(new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, new DirectoryInfo(AppContext.BaseDirectory).Name);

    /// <summary>Top of the source tree.</summary>
    public static string Root { get; } = FindRoot();

    public static string Station { get; } = Built("ProvisionStation", "provision-station.dll");

    public static string Simulator { get; } = Built("ProvisionStation.Simulator", "ProvisionStation.Simulator.dll");

    /// <summary>Starts <c>dotnet PROGRAM arguments…</c> with all three streams in our hands.</summary>
    public static Process Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new("dotnet", [program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // Two cores: the garbage collector of each of many small programs needs no threads of its own.
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    private static string Built(string project, string file)
    {
        string path = Path.Combine(Root, "src", project, "bin", Output, file);
        return File.Exists(path) ? path : throw new InvalidOperationException($"{path} is not there: build the solution in the same configuration first");
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ProvisionStation.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("this program must run inside the source tree");
    }
}
