using System.Text;
using System.Text.RegularExpressions;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Telemetry;

/// <summary>Law 8: secrets stay in. A password that is nowhere else goes through a whole run, and is looked for in every sink.</summary>
public sealed partial class CanaryTests
{
    private const string WifiCanary = "c4nary-WiFi-7391";
    private const string MqttCanary = "c4nary-mqtt-5582";

    [Fact]
    public async Task A_password_reaches_the_unit_and_no_record_log_report_event_file_name_or_telemetry()
    {
        await using OtlpReceiver receiver = new();
        await using VirtualBench bench = await VirtualBench.StartAsync(slots: 1);
        WriteSecrets(bench);
        await bench.TellAsync("insert 1 303");
        using StationProcess station = StationProcess.Start(TelemetryTests.Arguments(bench), receiver.Environment);
        (_, string errors) = await station.EndAsync();
        string events = string.Join('\n', station.Events);
        Assert.True(station.Events.Any(one => one.Is("step", "confirm") && one.Is("verdict", "PASS")), events + errors);
        await TheUnitHasItAsync(bench);

        List<(string Sink, byte[] Bytes)> sinks = [("stdout", Bytes(events)), ("stderr", Bytes(errors))];
        sinks.AddRange(receiver.Bodies.Select(body => ("OTLP", body)));
        sinks.AddRange(await CommandsAsync(bench));
        sinks.AddRange(Files(bench.Data));
        sinks.AddRange(await ArtifactsAsync(bench));
        Assert.NotEmpty(receiver.Bodies);
        foreach ((string sink, byte[] bytes) in sinks)
            Assert.False(Holds(bytes), $"{sink} holds a password");
    }

    [Fact]
    public async Task A_secret_that_others_may_read_is_refused_before_any_unit_has_power()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync(slots: 1);
        string secrets = WriteSecrets(bench);
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(secrets, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        (int exitCode, string output, string errors) = await StationProcess.CallAsync([.. TelemetryTests.Arguments(bench)]);
        Assert.Equal(2, exitCode);
        Assert.Contains("chmod 600", errors, StringComparison.Ordinal);
        Assert.False(Holds(Bytes(output + errors)), "the refusal shows a password");
    }

    private static string WriteSecrets(VirtualBench bench)
    {
        bench.EditRecipe(
            "  flags: [10]",
            """
              flags: [10]
              wifi: {ssid: shop, password: {secret: shop-wifi}}
              mqtt: {host: broker.example, user: plug, password: {secret: shop-mqtt}}
            """);
        string file = Path.Combine(bench.Folder, "secrets.yaml");
        File.WriteAllText(file, $"shop-wifi: {WifiCanary}\nshop-mqtt: {MqttCanary}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    /// <summary>Without this the test could pass because no password was ever used.</summary>
    private static async Task TheUnitHasItAsync(VirtualBench bench)
    {
        (byte[] original, byte[] now) = await bench.FlashAsync(1);
        Assert.False(Holds(original), "the unit came with it");
        Assert.True(now.AsSpan().IndexOf(Bytes(WifiCanary)) >= 0, "the unit did not get the Wi-Fi password");
        Assert.True(now.AsSpan().IndexOf(Bytes(MqttCanary)) >= 0, "the unit did not get the MQTT password");
    }

    private static async Task<IEnumerable<(string, byte[])>> CommandsAsync(VirtualBench bench)
    {
        string[][] commands =
        [
            ["export", "--lot", "L1", "--format", "csv,json", "--out", Path.Combine(bench.Data, "reports"), "--data", bench.Data],
            ["runs", "--json", "--data", bench.Data],
            ["runs", "show", "1", "--data", bench.Data],
            ["units", "--json", "--data", bench.Data],
            ["lots", "--json", "--data", bench.Data],
            ["recipe", "check", bench.Recipe],
        ];
        List<(string, byte[])> said = [];
        foreach (string[] command in commands)
        {
            (int exitCode, string output, string errors) = await StationProcess.CallAsync(command);
            Assert.True(exitCode == 0, $"{string.Join(' ', command)}: {errors}");
            said.Add((string.Join(' ', command[..2]), Bytes(output + errors)));
        }

        return said;
    }

    /// <summary>Every file of the data folder with its name, reports and database included.</summary>
    private static List<(string Sink, byte[] Bytes)> Files(string folder)
    {
        List<(string, byte[])> files = [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => (file, File.ReadAllBytes(file)))];
        Assert.Contains(files, file => file.Item1.EndsWith(".csv", StringComparison.Ordinal));
        Assert.Contains(files, file => file.Item1.EndsWith(".json", StringComparison.Ordinal));
        files.Add(("file names", Bytes(string.Join('\n', files.Select(file => file.Item1)))));
        return files;
    }

    /// <summary>What is in the vault, out of it again, however it is kept inside: backup and boot logs.</summary>
    private static async Task<IEnumerable<(string, byte[])>> ArtifactsAsync(VirtualBench bench)
    {
        string report = string.Join('\n', Directory.GetFiles(Path.Combine(bench.Data, "reports"), "*.json").Select(File.ReadAllText));
        List<(string, byte[])> artifacts = [];
        foreach (string sha256 in Sha256().Matches(report).Select(match => match.Value).Distinct())
        {
            string file = Path.Combine(bench.Folder, "artifact-" + sha256);
            (int exitCode, _, _) = await StationProcess.CallAsync("vault", "export", sha256, "--out", file, "--data", bench.Data);
            if (exitCode == 0)
                artifacts.Add(("vault " + sha256, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)));
        }

        Assert.Contains(artifacts, artifact => artifact.Item2.Length == 0x200000);
        Assert.Contains(artifacts, artifact => artifact.Item2.AsSpan().IndexOf("Boot complete"u8) >= 0);
        return artifacts;
    }

    private static bool Holds(byte[] bytes) => Forms(WifiCanary).Concat(Forms(MqttCanary)).Any(form => bytes.AsSpan().IndexOf(form) >= 0);

    private static IEnumerable<byte[]> Forms(string canary) =>
    [
        Bytes(canary),
        Encoding.Unicode.GetBytes(canary),
        Bytes(Convert.ToHexString(Bytes(canary))),
        Bytes(Convert.ToHexStringLower(Bytes(canary))),
        Bytes(Convert.ToBase64String(Bytes(canary)).TrimEnd('=')[..^1]),
    ];

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    [GeneratedRegex("\\b[0-9a-f]{64}\\b")]
    private static partial Regex Sha256();
}
