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
    public async Task Files_are_for_their_owner_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes");
        BackupVault vault = BackupVault.Open(_data.Path);
        string path = PathOf(await vault.StoreAsync(Bytes(10), Cancel));
#pragma warning disable CA1416 // Skipped above.
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
#pragma warning restore CA1416
    }

    [Fact]
    public async Task Verify_names_damaged_truncated_and_strange_files_and_no_other()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        string good = await vault.StoreAsync(Bytes(100), Cancel);
        string flipped = await vault.StoreAsync(Bytes(101), Cancel);
        string truncated = await vault.StoreAsync(Bytes(102), Cancel);
        Flip(PathOf(flipped));
        using (FileStream cut = File.OpenWrite(PathOf(truncated)))
            cut.SetLength(50);
        await File.WriteAllTextAsync(Path.Combine(Folder, good[..2], "notes.txt"), "mine", Cancel);
        VaultCheck check = await vault.VerifyAsync(Cancel);
        Assert.Equal(4, check.Files);
        Assert.Equal(100 + 101 + 50 + 4, check.Bytes);
        Assert.Equal(new[] { flipped, truncated, Path.Combine(good[..2], "notes.txt") }.Order(), check.Damaged.Order());
    }

    [Fact]
    public async Task A_damaged_file_is_not_read_as_a_backup()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        string sha256 = await vault.StoreAsync(Bytes(100), Cancel);
        Flip(PathOf(sha256));
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => vault.ReadAsync(sha256, Cancel));
        Assert.Contains("damaged", e.Message, StringComparison.Ordinal);
        string file = Path.Combine(_data.Path, "out.bin");
        await Assert.ThrowsAsync<RecordsException>(() => vault.ExportAsync(sha256, file, Cancel));
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Storing_again_checks_the_file_and_replaces_a_damaged_one()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        byte[] content = Bytes(100);
        string sha256 = await vault.StoreAsync(content, Cancel);
        Assert.Equal(sha256, await vault.StoreAsync(content, Cancel));
        Flip(PathOf(sha256));
        Assert.Equal(sha256, await vault.StoreAsync(content, Cancel));
        Assert.Equal(content, await vault.ReadAsync(sha256, Cancel));
        Assert.Equal(1, (await vault.VerifyAsync(Cancel)).Files);
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
    public async Task What_a_crash_left_half_written_is_removed_and_never_counted()
    {
        string sha256 = await BackupVault.Open(_data.Path).StoreAsync(Bytes(100), Cancel);
        string torn = Path.Combine(Folder, sha256[..2], ".torn.tmp");
        await File.WriteAllBytesAsync(torn, Bytes(50), Cancel);
        Assert.Equal(1, (await BackupVault.OpenForReading(_data.Path).VerifyAsync(Cancel)).Files);
        Assert.True(File.Exists(torn));
        BackupVault.Open(_data.Path);
        Assert.False(File.Exists(torn));
    }

    [Fact]
    public async Task A_store_in_progress_keeps_its_temporary_file_when_another_program_opens_the_vault()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        vault.CreateTemporary = path =>
        {
            FileStream stream = StableStorage.CreatePrivate(path);
            BackupVault.Open(_data.Path);
            return stream;
        };
        Assert.True(vault.Holds(await vault.StoreAsync(Bytes(100), Cancel)));
    }

    [Fact]
    public async Task A_full_disk_is_vault_full_and_leaves_nothing_behind()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs the device that is always full");
        BackupVault vault = BackupVault.Open(_data.Path);
        // The write itself fails with the system's own ENOSPC.
        vault.CreateTemporary = _ => new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => vault.StoreAsync(Bytes(100), Cancel));
        Assert.Equal("vault-full", e.Reason);
        Assert.Contains("full", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await vault.VerifyAsync(Cancel)).Files);
    }

    [Fact]
    public async Task Bytes_that_the_disk_did_not_take_are_a_lost_record_and_not_a_backup()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        string? temporary = null;
        vault.CreateTemporary = path =>
        {
            // Under the final name there will be an empty file: what was written went somewhere else.
            StableStorage.CreatePrivate(path).Dispose();
            temporary = path;
            return StableStorage.CreatePrivate(path + ".elsewhere");
        };
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => vault.StoreAsync(Bytes(100), Cancel));
        Assert.Equal("record-lost", e.Reason);
        Assert.False(File.Exists(temporary));
        Assert.False(vault.Holds(Convert.ToHexStringLower(SHA256.HashData(Bytes(100)))));
    }

    [Fact]
    public async Task A_backup_is_written_synced_renamed_and_its_folder_synced_in_this_order()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        byte[] content = Bytes(5000);
        string final = PathOf(Convert.ToHexStringLower(SHA256.HashData(content)));
        List<string> happened = [];
        vault.CreateTemporary = path =>
        {
            happened.Add($"temporary in its folder: {Path.GetDirectoryName(path) == Path.GetDirectoryName(final)}");
            return StableStorage.CreatePrivate(path);
        };
        vault.Disk = new DiskSync(
            stream =>
            {
                happened.Add($"file synced with {stream.Length} bytes, final name there: {File.Exists(final)}");
                DiskSync.System.File(stream);
            },
            folder =>
            {
                string which = folder == Path.GetDirectoryName(final) ? "own folder" : folder == Folder ? "vault" : folder;
                happened.Add($"{which} synced, final name there: {File.Exists(final)}");
                DiskSync.System.Folder(folder);
            });
        await vault.StoreAsync(content, Cancel);
        Assert.Equal(
            [
                "vault synced, final name there: False",
                "temporary in its folder: True",
                "file synced with 5000 bytes, final name there: False",
                "own folder synced, final name there: True",
            ],
            happened);
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
    public async Task Verify_names_what_runs_have_stored_and_the_vault_has_lost()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        KeptArtifact kept = await NamedAsync(vault, "backup", 100), gone = await NamedAsync(vault, "backup", 200), shorter = await NamedAsync(vault, "backup", 300);
        KeptArtifact log = await NamedAsync(vault, "boot-log", 50);
        await vault.StoreAsync(Bytes(7), Cancel);
        File.Delete(FileOf(gone));
        await File.WriteAllBytesAsync(FileOf(shorter), new byte[299], Cancel);
        VaultCheck check = await vault.VerifyAsync([kept, gone, shorter, log, log], Cancel);
        Assert.Equal([new VaultLoss(gone, null), new VaultLoss(shorter, 299)], check.Losses);
        Assert.Equal([shorter.Artifact.Sha256], check.Damaged);
        Assert.Equal((1, 1, 1), (check.Kinds["backup"], check.Kinds["boot-log"], check.Unnamed));
        Assert.Empty((await vault.VerifyAsync([kept, log], Cancel)).Losses);
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

    private string PathOf(string sha256) => Path.Combine(Folder, sha256[..2], sha256);

    private string FileOf(KeptArtifact named) => PathOf(named.Artifact.Sha256);

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

    private static void Flip(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
