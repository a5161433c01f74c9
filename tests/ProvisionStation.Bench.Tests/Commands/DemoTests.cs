using System.Diagnostics;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Commands;

public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_catches_exactly_what_was_planted_and_leaves_its_reports()
    {
        string folder = Directory.CreateTempSubdirectory("demo-").FullName;
        try
        {
            (int exitCode, string output, string errors) = await StationProcess.CallAsync("demo", "--data", folder);
            Assert.True(exitCode == 0, output + errors);
            string first = output.Split('\n')[0];
            Assert.Contains("time scale 10", first, StringComparison.Ordinal);
            Assert.Contains("9 PASS, 4 FAIL, 0 ERROR, 0 ABORTED", output, StringComparison.Ordinal);
            foreach (string said in new[] { "stalled-boot", "protected", "mac-placeholder", "not-this-product", "Do: ", "Next: ", "As planted: " })
                Assert.Contains(said, output, StringComparison.Ordinal);
            Assert.Matches(@"(?m)^ +PIN +THIS UNIT +THE LOT\s*\n +P6 +Rel;2 +TglChanOnTgl;1\s*$", output);
            string[] reports =
            [
                .. output.Split('\n').Where(line => line.StartsWith("Report: ", StringComparison.Ordinal))
                    .Select(line => line["Report: ".Length..].Trim()),
            ];
            Assert.Contains(reports, report => report.EndsWith(".csv", StringComparison.Ordinal));
            Assert.Contains(reports, report => report.EndsWith(".json", StringComparison.Ordinal));
            Assert.All(reports, report => Assert.True(File.Exists(report), report));
            (int verified, _, string why) = await StationProcess.CallAsync("vault", "verify", "--data", folder);
            Assert.True(verified == 0, why);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public async Task A_killed_demo_leaves_no_simulator_behind()
    {
        string folder = Directory.CreateTempSubdirectory("demo-killed-").FullName;
        try
        {
            using (StationProcess station = StationProcess.Start(["demo", "--data", folder]))
            {
                string ports = Path.Combine(folder, "ports");
                await Wait.UntilAsync(() => Directory.Exists(ports) && Directory.EnumerateFileSystemEntries(ports).Any());
                station.Signal("KILL");
            }

            await Wait.UntilAsync(() => !SimulatorRuns(folder));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static bool SimulatorRuns(string folder)
    {
        ProcessStartInfo start = new("ps", ["-eo", "args"]) { RedirectStandardOutput = true };
        using Process list = Process.Start(start)!;
        string all = list.StandardOutput.ReadToEnd();
        list.WaitForExit();
        return all.Split('\n').Any(
            line => line.Contains("ProvisionStation.Simulator", StringComparison.Ordinal)
                && line.Contains(folder, StringComparison.Ordinal));
    }
}
