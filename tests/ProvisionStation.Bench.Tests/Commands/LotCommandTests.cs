using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Commands;

/// <summary>One run, and every command that looks at it afterwards.</summary>
public sealed class LotCommandTests
{
    [Fact]
    public async Task A_run_tells_its_events_and_every_query_finds_it()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync(slots: 1);
        await bench.TellAsync("insert 1 101");
        using StationProcess station = StationProcess.Run(bench, 1, "--operator", "Ada");
        (int exitCode, string errors) = await station.EndAsync();
        Assert.True(exitCode == 0, errors + string.Join('\n', station.Events));
        Assert.StartsWith("Low voltage only", errors, StringComparison.Ordinal);
        AssertEvents(station.Events);
        JsonElement run = station.Events.Single(happened => happened.Is("event", "run.finished"));
        string mac = run.Text("mac")!;
        await AssertListedAsync(bench, "runs", "--mac", mac, "--lot", "L1");
        await AssertListedAsync(bench, "units", "--mac", mac);
        await AssertListedAsync(bench, "lots");
        await AssertListedAsync(bench, "units", "show", mac);
        await AssertBackupAsync(bench, mac);
        await AssertReportsAsync(bench, mac);
        await AssertLossIsNamedAsync(bench, mac);
        await AssertLedgerAsync(bench, mac);
        await AssertForgeryIsRefusedAsync(bench);
    }

    [Fact]
    public async Task A_reader_that_goes_away_does_not_cost_the_record()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync(slots: 1);
        await bench.TellAsync("insert 1 101");
        using (StationProcess station = StationProcess.Run(bench, 1))
        {
            Assert.NotNull(await station.UntilAsync("run.started", 1));
            station.StopReading();
            await station.ExitAsync();
        }

        (_, string output, _) = await StationProcess.CallAsync("runs", "--json", "--data", bench.Data);
        Assert.True(JsonDocument.Parse(output).RootElement.Is("verdict", "PASS"), output);
    }

    private static void AssertEvents(IReadOnlyList<JsonElement> events)
    {
        foreach (JsonElement happened in events)
        {
            foreach (string name in new[] { "event", "time", "station", "lot", "slot", "run" })
                Assert.True(happened.TryGetProperty(name, out _), $"no {name} in {happened}");
        }

        Assert.Equal(
            ["run.started", .. Enumerable.Repeat("step.finished", 11), "run.finished", "lot.finished"],
            events.Select(happened => happened.Text("event")));
        JsonElement run = events[^2];
        foreach (string name in new[] { "sequence", "verdict", "reason", "state", "mac", "chip", "flash", "backupSha256", "seconds" })
            Assert.True(run.TryGetProperty(name, out _), $"no {name} in {run}");
        Assert.Equal(1, events[^1].GetProperty("counts").GetProperty("pass").GetInt32());
    }

    private static async Task AssertListedAsync(VirtualBench bench, params string[] command)
    {
        (int exitCode, string output, string errors) = await StationProcess.CallAsync([.. command, "--data", bench.Data, "--json"]);
        Assert.True(exitCode == 0, errors);
        JsonElement line = JsonDocument.Parse(Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries))).RootElement;
        Assert.True(line.Is("lot", "L1"), output);
        (exitCode, output, errors) = await StationProcess.CallAsync([.. command, "--data", bench.Data]);
        Assert.True(
            exitCode == 0 && output.Contains("L1", StringComparison.Ordinal) | output.Contains("PASS", StringComparison.Ordinal),
            errors + output);
    }

    private static async Task AssertBackupAsync(VirtualBench bench, string mac)
    {
        string file = Path.Combine(bench.Folder, "backup.bin");
        (int exitCode, _, string errors) = await StationProcess.CallAsync("vault", "export", mac, "--out", file, "--data", bench.Data);
        Assert.True(exitCode == 0, errors);
        (byte[] original, _) = await bench.FlashAsync(1);
        byte[] backup = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        Assert.True(original.AsSpan().SequenceEqual(backup), "the backup is not what the unit held");
        (exitCode, _, errors) = await StationProcess.CallAsync("vault", "export", mac, "--out", file, "--data", bench.Data);
        Assert.True(exitCode == 2 && errors.Contains("--force", StringComparison.Ordinal), errors);
    }

    private static async Task AssertReportsAsync(VirtualBench bench, string mac)
    {
        string folder = Path.Combine(bench.Folder, "reports");
        (int exitCode, string output, string errors) = await StationProcess.CallAsync(
            "export", "--lot", "L1", "--format", "csv,json", "--out", folder, "--data", bench.Data);
        Assert.True(exitCode == 0, errors);
        string[] files = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(files, file => file.EndsWith(".csv", StringComparison.Ordinal));
        Assert.Contains(files, file => file.EndsWith(".json", StringComparison.Ordinal));
        foreach (string file in files.Where(
            file => file.EndsWith(".json", StringComparison.Ordinal) || file.EndsWith("units.csv", StringComparison.Ordinal)))
            Assert.Contains(mac, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static async Task AssertLossIsNamedAsync(VirtualBench bench, string mac)
    {
        (int exitCode, string output, string errors) = await StationProcess.CallAsync("vault", "verify", "--data", bench.Data);
        Assert.True(exitCode == 0 && output.StartsWith("1 backups, 2 boot logs", StringComparison.Ordinal), output + errors);
        (exitCode, output, errors) = await StationProcess.CallAsync("vault", "stats", "--data", bench.Data);
        Assert.True(exitCode == 0 && output.StartsWith("1 units, 1 named backups, 1 there, 3 files", StringComparison.Ordinal), output + errors);
        (exitCode, output, errors) = await StationProcess.CallAsync("vault", "gc", "--yes", "--data", bench.Data);
        Assert.True(exitCode == 0 && output.StartsWith("0 removed, 3 that records name stay", StringComparison.Ordinal), output + errors);
        (exitCode, output, errors) = await StationProcess.CallAsync("vault", "rotate-key", "--operator", "Bob", "--data", bench.Data);
        Assert.True(exitCode == 0 && errors.Contains("Copy it to a safe place", StringComparison.Ordinal), output + errors);
        (exitCode, output, errors) = await StationProcess.CallAsync("ledger", "show", "--kind", "key-change", "--data", bench.Data);
        Assert.True(exitCode == 0 && output.Contains("made", StringComparison.Ordinal) && output.Contains("Bob", StringComparison.Ordinal), output + errors);
        string pack = Directory.GetFiles(Path.Combine(bench.Data, "vault", "packs")).Single();
        byte[] bytes = await File.ReadAllBytesAsync(pack, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(pack, bytes, TestContext.Current.CancellationToken);
        (exitCode, _, errors) = await StationProcess.CallAsync("vault", "verify", "--data", bench.Data);
        Assert.True(exitCode == 3 && errors.Contains("no longer hashes to its name", StringComparison.Ordinal), errors);
        Assert.Contains(mac, errors, StringComparison.Ordinal);
    }

    /// <summary>What a person decides is a fact; a ledger whose file is lost stops everything that is checked, until a person mends it.</summary>
    private static async Task AssertLedgerAsync(VirtualBench bench, string mac)
    {
        await CallAsync(0, "unit ", "units", "dispose", mac, "--as", "quarantine", "--reason", "smells burnt", "--operator", "Bob");
        await CallAsync(0, "quarantine by Bob: smells burnt", "units", "show", mac);
        await CallAsync(0, "\"as\":\"quarantine\"", "ledger", "show", "--kind", "disposition", "--json");
        await CallAsync(2, "knows no unit", "units", "dispose", "AABBCCDDEEFF", "--as", "scrap", "--reason", "none", "--operator", "Bob");
        File.Delete(Path.Combine(bench.Data, "ledger.jsonl"));
        await CallAsync(3, "ledger mend", "ledger", "verify");
        await CallAsync(0, "written anew", "ledger", "mend", "--reason", "lost", "--operator", "Bob");
        await CallAsync(0, "1 closing records", "ledger", "verify");

        async Task CallAsync(int expected, string said, params string[] command)
        {
            (int exitCode, string output, string errors) = await StationProcess.CallAsync([.. command, "--data", bench.Data]);
            Assert.True(exitCode == expected && (output + errors).Contains(said, StringComparison.Ordinal), $"{string.Join(' ', command)}: {exitCode} {output} {errors}");
        }
    }

    /// <summary>Changes the operator's name in the file itself, as one who has the right to it could.</summary>
    private static async Task AssertForgeryIsRefusedAsync(VirtualBench bench)
    {
        (int exitCode, string output, string errors) = await StationProcess.CallAsync("ledger", "verify", "--data", bench.Data);
        Assert.True(exitCode == 0 && output.StartsWith("1 closing records", StringComparison.Ordinal), output + errors);
        string journal = Path.Combine(bench.Data, "journal.db");
        byte[] rows = await File.ReadAllBytesAsync(journal, TestContext.Current.CancellationToken);
        // In the row of the run: a fact of the ledger has the name between quotes.
        int place = rows.Length;
        do
        {
            place = rows.AsSpan(0, place).LastIndexOf("Ada"u8);
        }
        while (place > 0 && rows[place - 1] == (byte)'"');
        Assert.True(place > 0, "the operator is not in the journal's file");
        "Eve"u8.CopyTo(rows.AsSpan(place));
        await File.WriteAllBytesAsync(journal, rows, TestContext.Current.CancellationToken);
        string folder = Path.Combine(bench.Folder, "forged");
        string[][] commands = [["ledger", "verify"], ["runs"], ["units"], ["vault", "verify"], ["export", "--lot", "L1", "--out", folder]];
        foreach (string[] command in commands)
        {
            (exitCode, output, errors) = await StationProcess.CallAsync([.. command, "--data", bench.Data]);
            Assert.True(exitCode == 3 && output.Length == 0, $"{string.Join(' ', command)}: {exitCode} {output}");
            Assert.Contains("closing record 1, was changed", errors, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(folder));
    }
}
