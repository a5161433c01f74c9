using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Commands;

public sealed class JournalCommandTests
{
    [Fact]
    public async Task A_journal_is_copied_beside_a_station_broken_told_by_every_command_and_brought_back()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync(slots: 1);
        await bench.TellAsync("insert 1 101");
        using (StationProcess station = StationProcess.Run(bench, 1))
        {
            Assert.True(await station.UntilAsync("step.finished", 1, "identify") is not null, string.Join('\n', station.Events));
            Assert.Equal(0, (await CallAsync(bench, "journal", "backup")).ExitCode);
            (int refused, _, string why) = await CallAsync(bench, "journal", "restore", Copy(bench));
            Assert.True(refused == 2 && why.Contains($"run, process {station.Id}", StringComparison.Ordinal), why);
            station.Signal("INT");
            await station.EndAsync();
        }

        Assert.Equal(0, (await CallAsync(bench, "journal", "check")).ExitCode);
        string journal = Path.Combine(bench.Data, "journal.db");
        await File.WriteAllBytesAsync(journal, (await File.ReadAllBytesAsync(journal, TestContext.Current.CancellationToken))[..9000], TestContext.Current.CancellationToken);
        foreach (string command in new[] { "runs", "ledger verify", "vault verify", "journal check", "journal backup" })
        {
            (int exitCode, string output, string errors) = await CallAsync(bench, command.Split(' '));
            Assert.True(exitCode == 3 && errors.Contains("journal restore", StringComparison.Ordinal), $"{command}: {exitCode} {output} {errors}");
        }

        (int restored, string said, string problems) = await CallAsync(bench, "journal", "restore", Copy(bench));
        Assert.True(restored == 0 && said.Contains("In work when the copy was taken", StringComparison.Ordinal), said + problems);
        (_, string runs, _) = await CallAsync(bench, "runs", "--json");
        Assert.Contains("\"reason\":\"record-lost\"", runs, StringComparison.Ordinal);
        Assert.True(said.Contains("The former ledger is kept as", StringComparison.Ordinal), said);
        Assert.Equal(0, (await CallAsync(bench, "ledger", "verify")).ExitCode);
        Assert.Equal(0, (await CallAsync(bench, "journal", "check")).ExitCode);
        (_, string facts, _) = await CallAsync(bench, "ledger", "show", "--kind", "journal-restored");
        Assert.Contains("asideSha256", facts, StringComparison.Ordinal);
        using StationProcess again = StationProcess.Run(bench, 1);
        Assert.True(await again.UntilAsync("step.finished", 1, "identify") is not null, string.Join('\n', again.Events));
        again.Signal("INT");
        await again.EndAsync();
    }

    private static string Copy(VirtualBench bench) => Assert.Single(Directory.GetFiles(Path.Combine(bench.Data, "copies"), "journal-*.db"));

    private static Task<(int ExitCode, string Output, string Errors)> CallAsync(VirtualBench bench, params string[] command) =>
        StationProcess.CallAsync([.. command, "--data", bench.Data]);
}
