using System.Diagnostics;

namespace ProvisionStation.Bench.Tests.Support;

/// <summary>The two programs as they were built, and a folder for each test.</summary>
internal static class Programs
{
    private static readonly string Root = FindRoot();
    private static readonly string Output = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name + "/net10.0";

    public static string Station { get; } = Path.Combine(Root, "src/ProvisionStation/bin", Output, "provision-station.dll");

    public static string Simulator { get; } = Path.Combine(Root, "src/ProvisionStation.Simulator/bin", Output, "ProvisionStation.Simulator.dll");

    public static string Measurements { get; } = Path.Combine(Root, "tests/bench/bin", Output, "ProvisionStation.Speed.dll");

    public static string InRoot(string path) => Path.Combine(Root, path);

    /// <summary>Starts <c>dotnet PROGRAM arguments…</c> with all three streams in our hands.</summary>
    public static Process Start(string program, IEnumerable<string> arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder ?? Root,
        };
        start.ArgumentList.Add(program);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ProvisionStation.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests must run inside the project");
    }
}
