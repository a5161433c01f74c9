using System.Text.Json.Nodes;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Reports;

namespace ProvisionStation.Tests.Records;

public sealed class OriginalBackupTests : IDisposable
{
    private const string Mac = "18DE5019F0BE";
    private const string Vendor = "not OpenBeken";
    private const string Torn = "no whole application";
    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_original_is_the_first_backup_and_not_the_newest()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await RunAsync(journal, '1', Vendor, UnitState.PartlyWritten, Verdict.Aborted, "cancelled");
        await RunAsync(journal, '2', Torn, UnitState.Configured);
        await RunAsync(journal, '3', "OpenBeken 1.18.299", UnitState.Configured);
        IReadOnlyList<UnitBackup> backups = await journal.BackupsAsync(Mac, Cancel);
        Assert.Equal("123".Select(DataFolder.Hash), backups.Select(backup => backup.Sha256));
        Assert.Equal([true, false, false], backups.Select(backup => backup.IsOriginal));
        Assert.Equal([UnitState.Untouched, UnitState.PartlyWritten, UnitState.Configured], backups.Select(backup => backup.StateBefore));
        Assert.Equal([Vendor, Torn, "OpenBeken 1.18.299"], backups.Select(backup => backup.FirmwareBefore));
        Assert.Equal((Verdict.Aborted, "L1"), (backups[0].Verdict, backups[0].Lot));
    }

    [Theory]
    [InlineData("no whole application found")]
    [InlineData("OpenBeken 1.17.0")]
    public async Task A_backup_that_holds_the_vendors_firmware_goes_before_an_older_one_that_does_not(string before)
    {
        await using RunJournal journal = await _data.OpenAsync();
        await RunAsync(journal, '1', before, UnitState.Untouched, Verdict.Error, "link-lost");
        await RunAsync(journal, '2', Vendor, UnitState.Configured);
        Assert.Equal(DataFolder.Hash('2'), (await journal.BackupsAsync(Mac, Cancel))[0].Sha256);
    }

    [Theory]
    [InlineData(UnitState.Configured)]
    [InlineData(UnitState.Restored)]
    public async Task A_vendors_firmware_that_came_in_after_the_station_had_changed_the_unit_is_not_what_it_was_received_with(UnitState left)
    {
        await using RunJournal journal = await _data.OpenAsync();
        await RunAsync(journal, '1', "OpenBeken 1.17.0", left);
        await RunAsync(journal, '2', Vendor, UnitState.Configured);
        IReadOnlyList<UnitBackup> backups = await journal.BackupsAsync(Mac, Cancel);
        Assert.Equal((DataFolder.Hash('1'), true), (backups[0].Sha256, backups[0].IsOriginal));
        Assert.Equal(backups, await journal.BackupsOfAsync(backups[0].Unit, Cancel));
    }

    [Fact]
    public async Task Where_no_backup_holds_the_vendors_firmware_the_oldest_is_the_original()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await RunAsync(journal, '1', "OpenBeken 1.17.0", UnitState.PartlyWritten, Verdict.Error, "link-lost");
        await RunAsync(journal, '2', Torn, UnitState.Configured);
        Assert.Equal(DataFolder.Hash('1'), (await journal.BackupsAsync(Mac, Cancel))[0].Sha256);
    }

    [Fact]
    public async Task A_run_that_was_killed_after_its_backup_keeps_it_for_the_unit()
    {
        await using (RunJournal killed = await _data.OpenAsync())
        {
            OpenRun run = await OpenAsync(killed, '1', null);
            await run.AddIntentAsync(new Intent("image", 0x11000, 0xF000), Cancel);
        }

        await using RunJournal journal = await _data.OpenAsync();
        await RunAsync(journal, '2', Vendor, UnitState.Configured);
        IReadOnlyList<UnitBackup> backups = await journal.BackupsAsync(Mac, Cancel);
        Assert.Equal((DataFolder.Hash('1'), Verdict.Aborted), (backups[0].Sha256, backups[0].Verdict));
        Assert.Equal(UnitState.Erased, backups[1].StateBefore);
    }

    [Fact]
    public async Task Units_and_reports_name_the_original_whichever_lot_took_it()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await RunAsync(journal, '1', Vendor, UnitState.PartlyWritten, Verdict.Aborted, "cancelled", "L0");
        await RunAsync(journal, '2', Torn, UnitState.Configured);
        Assert.Equal(DataFolder.Hash('1'), (string?)UnitJson.Of(Assert.Single(await journal.UnitsAsync("L1", null, Cancel)))["originalBackupSha256"]);
        LotReport report = await LotReport.ReadAsync(journal, "L1", Cancel);
        JsonNode unit = Assert.Single(JsonReport.Of(report)["units"]!.AsArray())!;
        Assert.Equal(DataFolder.Hash('1'), (string?)unit["originalBackupSha256"]);
        string table = await File.ReadAllTextAsync((await CsvReport.WriteAsync(report, Path.Combine(_data.Path, "out"), Cancel))[0], Cancel);
        Assert.Contains(DataFolder.Hash('1'), table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Units_with_the_same_mac_keep_an_original_each()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await RunAsync(journal, '1', Vendor, UnitState.Configured);
        await RunAsync(journal, '2', Vendor, UnitState.Configured, rf: "another RF sector");
        Assert.Equal(2, (await journal.BackupsAsync(Mac, Cancel)).Count(backup => backup.IsOriginal));
        Assert.Empty(await journal.BackupsAsync("000000000001", Cancel));
    }

    public void Dispose() => _data.Dispose();

    private static async Task<OpenRun> OpenAsync(RunJournal journal, char backup, string? before, string lot = "L1", string? rf = null)
    {
        OpenRun run = await journal.OpenRunAsync(DataFolder.Opening(1, lot), Cancel);
        await run.IdentifyUnitAsync(DataFolder.Marks(Mac, rf), Cancel);
        await run.AddArtifactAsync(new Artifact("backup", DataFolder.Hash(backup), 2 << 20), Cancel);
        if (before is not null)
            await run.AddClaimsAsync([new Claim("firmware-before", before, ClaimSource.Derived)], Cancel);
        return run;
    }

    private static async Task RunAsync(
        RunJournal journal, char backup, string before, UnitState state, Verdict verdict = Verdict.Pass, string? reason = null, string lot = "L1", string? rf = null)
    {
        OpenRun run = await OpenAsync(journal, backup, before, lot, rf);
        await run.CloseAsync(DataFolder.Closing(verdict, reason, state) with { BackupSha256 = DataFolder.Hash(backup) }, Cancel);
    }
}
