using System.Security.Cryptography;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Vault;

namespace ProvisionStation.Tests.Records;

public sealed class BackupVaultTests : IDisposable
{
    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private string Folder => Path.Combine(_data.Path, "vault");

    [Theory, InlineData(0), InlineData(1), InlineData(4097), InlineData(2 << 20)]
    public async Task What_is_stored_is_read_and_exported_bit_exactly(int length)
    {
        byte[] content = Bytes(length);
        BackupVault vault = BackupVault.Open(_data.Path);
        string sha256 = await vault.StoreAsync(content, Cancel);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), sha256);
        Assert.True(vault.Holds(sha256));
        Assert.Equal(content, await vault.ReadAsync(sha256, Cancel));
        string file = Path.Combine(_data.Path, "out.bin");
        await vault.ExportAsync(sha256.ToUpperInvariant(), file, Cancel);
        Assert.Equal(content, await File.ReadAllBytesAsync(file, Cancel));
    }

    [Fact]
    public async Task Sixteen_slots_may_store_the_same_bytes_at_once()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        string[] names = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => vault.StoreAsync(Bytes(65536), Cancel)));
        Assert.Single(names.Distinct());
        Assert.Equal((1, 0), ((await vault.VerifyAsync(Cancel)).Files, (await vault.VerifyAsync(Cancel)).Damaged.Count));
    }

    [Fact]
    public async Task Files_are_for_their_owner_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes");
        await BackupVault.Open(_data.Path).StoreAsync(Bytes(10), Cancel);
#pragma warning disable CA1416 // Skipped above.
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
        string[] files = [Path.Combine(_data.Path, "vault.key"), .. Directory.GetFiles(Folder, "*", SearchOption.AllDirectories)];
        Assert.Contains(files, file => file.EndsWith(".pack", StringComparison.Ordinal));
        foreach (string file in files)
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
#pragma warning restore CA1416
    }

    [Fact]
    public async Task Nothing_of_a_backup_stands_in_the_vault_in_clear()
    {
        byte[] content = Bytes(3 * 4096);
        "correct horse battery"u8.CopyTo(content.AsSpan(5000));
        await BackupVault.Open(_data.Path).StoreAsync(content, Cancel);
        byte[] sectorHash = SHA256.HashData(content.AsSpan(4096, 4096));
        foreach (string file in Directory.GetFiles(Folder, "*", SearchOption.AllDirectories))
        {
            byte[] bytes = await File.ReadAllBytesAsync(file, Cancel);
            Assert.True(bytes.AsSpan().IndexOf("correct horse"u8) < 0, file);
            Assert.True(bytes.AsSpan().IndexOf(content.AsSpan(0, 64)) < 0, file);
            Assert.True(bytes.AsSpan().IndexOf(sectorHash) < 0, $"{file} holds the hash of a sector: passwords could be tried against it");
        }
    }

    [Fact]
    public async Task Sectors_that_backups_share_and_blank_ones_are_stored_once_and_not_at_all()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        byte[] first = Bytes(64 * 4096), blank = new byte[2 << 20];
        byte[] second = (byte[])first.Clone();
        second[4096 * 7] ^= 1;
        await vault.StoreAsync(first, Cancel);
        long one = PackBytes();
        await vault.StoreAsync(second, Cancel);
        Assert.InRange(PackBytes() - one, 4096, 4096 + 4096);
        one = PackBytes();
        Array.Fill(blank, (byte)0xFF);
        string sha256 = await vault.StoreAsync(blank, Cancel);
        Assert.InRange(PackBytes() - one, 1, 300);
        Assert.Equal(blank, await vault.ReadAsync(sha256, Cancel));
        await vault.StoreAsync(second, Cancel);
        Assert.Equal(3, (await vault.VerifyAsync(Cancel)).Files);
    }

    [Fact]
    public async Task Sectors_are_synced_before_their_manifest_and_both_before_a_store_returns()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        List<string> happened = [];
        vault.Packs.Disk = new DiskSync(
            stream =>
            {
                DiskSync.System.File(stream);
                happened.Add($"pack synced with {stream.Length >> 12} sectors, found in the index: {vault.Holds(Hash(Bytes(8 * 4096)))}");
            },
            folder =>
            {
                DiskSync.System.Folder(folder);
                happened.Add($"{Path.GetFileName(folder)} synced");
            });
        Assert.True(vault.Holds(await vault.StoreAsync(Bytes(8 * 4096), Cancel)));
        Assert.Equal(
            [
                "pack synced with 0 sectors, found in the index: False",
                "packs synced",
                "pack synced with 8 sectors, found in the index: False",
                "pack synced with 8 sectors, found in the index: False",
            ],
            happened);
    }

    [Fact]
    public async Task Verify_names_what_runs_have_stored_and_the_vault_has_lost()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        KeptArtifact kept = await NamedAsync(vault, "backup", 100), log = await NamedAsync(vault, "boot-log", 50);
        KeptArtifact gone = new(Guid.Empty, "18DE5019F0BE", FixedClock.Start, new Artifact("backup", DataFolder.Hash('e'), 200));
        KeptArtifact shorter = kept with { Artifact = kept.Artifact with { Bytes = 101 } };
        await vault.StoreAsync(Bytes(7), Cancel);
        VaultCheck check = await vault.VerifyAsync([kept, gone, shorter, log, log], Cancel);
        Assert.Equal([new VaultLoss(gone, null), new VaultLoss(shorter, 100)], check.Losses);
        Assert.Equal((1, 1, 1), (check.Kinds["backup"], check.Kinds["boot-log"], check.Unnamed));
        Assert.Empty((await vault.VerifyAsync([kept, log], Cancel)).Losses);
    }

    [Fact]
    public void Room_is_asked_for_before_a_unit_is_powered()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        vault.RequireRoom(0);
        RecordsException e = Assert.Throws<RecordsException>(() => vault.RequireRoom(long.MaxValue));
        Assert.Equal("vault-full", e.Reason);
        Assert.Matches(@"\d+ MiB free, \d+ MiB are needed", e.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => vault.RequireRoom(-1));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_refused_at_the_start()
    {
        string file = Path.Combine(_data.Path, "file");
        File.WriteAllText(file, "");
        RecordsException e = Assert.Throws<RecordsException>(() => BackupVault.Open(file));
        Assert.Equal("record-lost", e.Reason);
        Assert.NotEmpty(e.Remedy);
    }

    [Fact]
    public void A_read_only_folder_is_refused_at_the_start()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "who may do everything is not refused by modes");
        BackupVault.Open(_data.Path);
#pragma warning disable CA1416 // Skipped above.
        File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Assert.Throws<RecordsException>(() => BackupVault.Open(_data.Path));
        }
        finally
        {
            File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
#pragma warning restore CA1416
    }

    [Theory, InlineData(""), InlineData("../../etc/passwd"), InlineData("zz"), InlineData("18DE5019F0BE")]
    public async Task A_name_that_is_no_hash_leads_nowhere(string name)
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        Assert.False(vault.Holds(name));
        await Assert.ThrowsAsync<RecordsException>(() => vault.ReadAsync(name, Cancel));
    }

    [Fact]
    public async Task An_export_that_cannot_be_written_says_so()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        string sha256 = await vault.StoreAsync(Bytes(100), Cancel);
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => vault.ExportAsync(sha256, Path.Combine(_data.Path, "no", "such", "folder"), Cancel));
        Assert.Contains("cannot be written", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_and_vault_are_for_their_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such rights");
            return;
        }

        string folder = Path.Combine(_data.Path, "station");
        await using RunJournal journal = await RunJournal.OpenAsync(folder, _data.Clock, Cancel);
        await DataFolder.ClosedRunAsync(journal);
        const UnixFileMode file = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(file | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        string[] files = Directory.GetFiles(folder);
        Assert.Equal(["journal.db", "journal.db-shm", "journal.db-wal", "ledger.jsonl", "station.lock"], files.Select(Path.GetFileName).Order());
        foreach (string path in files)
            Assert.Equal(file, File.GetUnixFileMode(path));
    }

    [Fact]
    public void There_is_no_vault_to_read_where_none_was_made() => Assert.Throws<RecordsException>(() => BackupVault.OpenForReading(_data.Path));

    public void Dispose() => _data.Dispose();

    private long PackBytes() => Directory.GetFiles(Path.Combine(Folder, "packs")).Sum(file => new FileInfo(file).Length);

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static async Task<KeptArtifact> NamedAsync(BackupVault vault, string kind, int length) => new(
        Guid.Empty, "18DE5019F0BE", FixedClock.Start, new Artifact(kind, await vault.StoreAsync(Bytes(length), Cancel), length));

    private static byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
#pragma warning disable CA5394 // A pattern, not a secret.
        new Random(4711).NextBytes(bytes);
#pragma warning restore CA5394
        return bytes;
    }
}
