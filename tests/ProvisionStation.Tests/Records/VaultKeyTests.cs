using System.Security.Cryptography;
using System.Text;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;
using ProvisionStation.Records.Vault;

namespace ProvisionStation.Tests.Records;

public sealed class VaultKeyTests : IDisposable
{
    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private string KeyPath => Path.Combine(_data.Path, "vault.key");

    [Fact]
    public async Task The_key_is_made_at_the_first_start_and_told_until_something_was_stored()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        Assert.True(vault.IsFirstUse);
        Assert.Equal(KeyPath, vault.Key!.Path);
        Assert.Equal(64, (await File.ReadAllTextAsync(KeyPath, Cancel)).Trim().Length);
        Assert.Equal(vault.Key.Fingerprint, BackupVault.Open(_data.Path).Key!.Fingerprint);
        Assert.True(BackupVault.Open(_data.Path).IsFirstUse);
        await vault.StoreAsync("log"u8.ToArray(), Cancel);
        Assert.False(BackupVault.Open(_data.Path).IsFirstUse);
    }

    [Fact]
    public void A_folder_in_place_of_the_key_is_called_one()
    {
        RecordsException e = Assert.Throws<RecordsException>(() => BackupVault.Open(_data.Path, _data.Path));
        Assert.Contains($"{_data.Path} is a folder", e.Message, StringComparison.Ordinal);
        Assert.Contains(KeyPath, e.Remedy, StringComparison.Ordinal);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Without_the_key_nothing_is_opened_and_no_new_one_is_made(bool isWriting)
    {
        await BackupVault.Open(_data.Path).StoreAsync("log"u8.ToArray(), Cancel);
        File.Move(KeyPath, KeyPath + ".away");
        RecordsException e = Assert.Throws<RecordsException>(() => Open(isWriting));
        Assert.Contains("is missing", e.Message, StringComparison.Ordinal);
        Assert.Contains("--vault-key", e.Remedy, StringComparison.Ordinal);
        Assert.False(File.Exists(KeyPath));
        Assert.NotNull(BackupVault.Open(_data.Path, KeyPath + ".away"));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_wrong_key_is_told_by_both_fingerprints(bool isWriting)
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        await vault.StoreAsync("log"u8.ToArray(), Cancel);
        await File.WriteAllBytesAsync(KeyPath, new byte[32], Cancel);
        RecordsException e = Assert.Throws<RecordsException>(() => Open(isWriting));
        Assert.Contains(vault.Key!.Fingerprint, e.Message, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(new byte[32]))[..8], e.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(0), InlineData(31), InlineData(33), InlineData(63), InlineData(257)]
    public void A_file_that_holds_no_key_is_refused(int bytes)
    {
        File.WriteAllText(KeyPath, new string('a', bytes));
        StableStorage.MakePrivate(KeyPath);
        Assert.Contains("holds no vault key", Assert.Throws<RecordsException>(() => BackupVault.Open(_data.Path)).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(UnixFileMode.GroupRead), InlineData(UnixFileMode.OtherRead), InlineData(UnixFileMode.GroupWrite)]
    public void A_key_that_others_may_touch_is_refused(UnixFileMode more)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes");
        BackupVault.Open(_data.Path);
#pragma warning disable CA1416 // Skipped above.
        File.SetUnixFileMode(KeyPath, File.GetUnixFileMode(KeyPath) | more);
#pragma warning restore CA1416
        Assert.Contains("chmod 600", Assert.Throws<RecordsException>(() => BackupVault.Open(_data.Path)).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_change_the_old_key_opens_nothing_and_new_packs_have_new_keys()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        string one = await vault.StoreAsync("one"u8.ToArray(), Cancel);
        File.Copy(KeyPath, KeyPath + ".old");
        KeyChange change = await vault.RotateKeyAsync(null, Cancel);
        Assert.Equal((vault.Key!.Fingerprint, KeyPath, 1), (change.OldFingerprint, change.KeyPath, change.Packs));
        Assert.Throws<RecordsException>(() => BackupVault.Open(_data.Path, KeyPath + ".old"));
        vault = BackupVault.Open(_data.Path);
        Assert.Equal(change.NewFingerprint, vault.Key!.Fingerprint);
        Assert.Equal("one"u8.ToArray(), await vault.ReadAsync(one, Cancel));
        await vault.StoreAsync("two"u8.ToArray(), Cancel);
        Assert.Equal(2, vault.Packs.OnDisk().Count);
        Assert.NotEqual(vault.Packs.KeysOf(1)!.DataKey, vault.Packs.KeysOf(2)!.DataKey);
        await vault.RotateKeyAsync(null, Cancel);
        Assert.Equal((2, 0), await CheckAsync());
        Assert.False(File.Exists(KeyPath + ".new"));
    }

    [Fact]
    public async Task A_change_that_is_cut_off_at_any_write_or_sync_leaves_every_backup_readable_and_can_be_done_again()
    {
        for (int allowed = 0; ; allowed++)
        {
            using DataFolder data = new();
            BackupVault vault = BackupVault.Open(data.Path);
            vault.Packs.MostPackBytes = 1200;
            for (int i = 0; i < 3; i++)
                await vault.StoreAsync(Encoding.UTF8.GetBytes($"log {i}"), Cancel);
            int packs = vault.Packs.OnDisk().Count;
            Assert.True(packs > 1);
            int left = allowed;
            void Take(Action work)
            {
                if (left-- <= 0)
                    throw new IOException("cut off");
                work();
            }

            vault.Packs.Disk = new DiskSync(stream => Take(() => DiskSync.System.File(stream)), folder => Take(() => DiskSync.System.Folder(folder)));
            if (await Record.ExceptionAsync(() => vault.RotateKeyAsync(null, Cancel)) is null)
            {
                Assert.True(allowed > packs, $"only {allowed} syncs were tried");
                break;
            }

            vault = BackupVault.Open(data.Path);
            Assert.Equal((3, 0), ((await vault.VerifyAsync(Cancel)).Files, (await vault.VerifyAsync(Cancel)).Damaged.Count));
            KeyChange change = await vault.RotateKeyAsync(null, Cancel);
            Assert.Equal(change.NewFingerprint, BackupVault.Open(data.Path).Key!.Fingerprint);
            Assert.Empty((await BackupVault.OpenForReading(data.Path).VerifyAsync(Cancel)).Damaged);
        }
    }

    [Fact]
    public async Task A_key_in_a_file_of_its_own_leaves_the_old_file_alone()
    {
        string other = Path.Combine(_data.Path, "other.key");
        BackupVault vault = BackupVault.Open(_data.Path);
        await vault.StoreAsync("one"u8.ToArray(), Cancel);
        string before = await File.ReadAllTextAsync(KeyPath, Cancel);
        KeyChange change = await vault.RotateKeyAsync(other, Cancel);
        Assert.Equal(other, change.KeyPath);
        Assert.Equal(before, await File.ReadAllTextAsync(KeyPath, Cancel));
        Assert.Empty((await BackupVault.OpenForReading(_data.Path, other).VerifyAsync(Cancel)).Damaged);
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => BackupVault.Open(_data.Path, other).RotateKeyAsync(other, Cancel));
        Assert.Contains("has already", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_keys_making_each_change_and_a_change_that_was_not_recorded_are_facts()
    {
        await using RunJournal journal = await _data.OpenAsync();
        BackupVault vault = BackupVault.Open(_data.Path);
        Assert.Equal("made", (await KeyChange.NoteAsync(journal, vault.Key!, vault.IsFirstUse, "Ada", Cancel))!.Fact["what"]);
        Assert.Null(await KeyChange.NoteAsync(journal, vault.Key!, vault.IsFirstUse, "Ada", Cancel));
        await vault.StoreAsync(Shared, Cancel);
        KeyChange change = await vault.RotateKeyAsync(null, Cancel);
        BackupVault again = BackupVault.Open(_data.Path);
        RecordedFact found = (await KeyChange.NoteAsync(journal, again.Key!, again.IsFirstUse, null, Cancel))!;
        Assert.Equal(("found at a start", change.OldFingerprint, change.NewFingerprint), (found.Fact["what"], found.Fact["oldFingerprint"], found.Subject));
        RecordedFact told = await journal.RecordFactAsync(change.ToFact("Bob"), Cancel);
        Assert.Equal(("changed", "Bob", change.NewFingerprint), (told.Fact["what"], told.Fact["operator"], told.Subject));
    }

    [Fact]
    public async Task What_no_record_names_is_removed_and_nothing_else()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        vault.Packs.MostPackBytes = 40_000;
        List<KeptArtifact> named = [];
        for (int i = 0; i < 12; i++)
        {
            byte[] content = [.. Shared, .. Encoding.UTF8.GetBytes(new string((char)('a' + i), 5000 + i))];
            string sha256 = await vault.StoreAsync(content, Cancel);
            if (i % 3 == 0)
                named.Add(new KeptArtifact(Guid.Empty, null, FixedClock.Start, new Artifact("backup", sha256, content.Length)));
        }

        await File.WriteAllTextAsync(Path.Combine(_data.Path, "vault", "packs", "000001.pack.torn-5"), "torn", Cancel);
        long before = Bytes();
        VaultGarbage found = await vault.CollectAsync(Hashes(named), isDryRun: true, Cancel);
        Assert.Equal((8, 4), (found.Artifacts.Count, found.Kept));
        Assert.Equal(before, Bytes());
        VaultGarbage removed = await vault.CollectAsync(Hashes(named), isDryRun: false, Cancel);
        Assert.Equal(found.Artifacts, removed.Artifacts);
        Assert.True(Bytes() < before, $"{before} -> {Bytes()}");
        VaultCheck check = await BackupVault.OpenForReading(_data.Path).VerifyAsync(named, Cancel);
        Assert.Equal((4, 0, 0, 0), (check.Files, check.Damaged.Count, check.Losses.Count, check.Unnamed));
        found = await BackupVault.Open(_data.Path).CollectAsync(Hashes(named), isDryRun: true, Cancel);
        Assert.Equal((0, 0), (found.Artifacts.Count, found.Packs));
        File.Delete(Path.Combine(_data.Path, "vault", "index.db"));
        Assert.Equal(4, (await BackupVault.Open(_data.Path).VerifyAsync(named, Cancel)).Kinds["backup"]);
    }

    [Fact]
    public async Task Tidying_up_that_is_cut_off_at_any_sync_loses_nothing_that_is_named()
    {
        for (int allowed = 0; ; allowed++)
        {
            using DataFolder data = new();
            BackupVault vault = BackupVault.Open(data.Path);
            string keep = await vault.StoreAsync(Shared, Cancel);
            await vault.StoreAsync(Encoding.UTF8.GetBytes(new string('x', 9000)), Cancel);
            KeptArtifact[] named = [new(Guid.Empty, null, FixedClock.Start, new Artifact("backup", keep, Shared.Length))];
            int left = allowed;
            void Take(Action work)
            {
                if (left-- <= 0)
                    throw new IOException("cut off");
                work();
            }

            vault.Packs.Disk = new DiskSync(stream => Take(() => DiskSync.System.File(stream)), folder => Take(() => DiskSync.System.Folder(folder)));
            bool isDone = await Record.ExceptionAsync(() => vault.CollectAsync(Hashes(named), isDryRun: false, Cancel)) is null;
            BackupVault again = BackupVault.Open(data.Path);
            Assert.Equal(Shared, await again.ReadAsync(keep, Cancel));
            await again.CollectAsync(Hashes(named), isDryRun: false, Cancel);
            Assert.Equal(1, (await BackupVault.OpenForReading(data.Path).VerifyAsync(named, Cancel)).Files);
            if (isDone)
                break;
        }
    }

    [Fact]
    public async Task Nothing_is_removed_while_something_named_cannot_be_read()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        string keep = await vault.StoreAsync(Shared, Cancel);
        string pack = vault.Packs.PathOf(1);
        byte[] bytes = await File.ReadAllBytesAsync(pack, Cancel);
        bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(pack, bytes, Cancel);
        KeptArtifact[] named = [new(Guid.Empty, null, FixedClock.Start, new Artifact("backup", keep, Shared.Length))];
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => vault.CollectAsync(Hashes(named), isDryRun: false, Cancel));
        Assert.Contains("vault verify", e.Remedy, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(pack, Cancel));
    }

    private static HashSet<string> Hashes(IEnumerable<KeptArtifact> named) => [.. named.Select(one => one.Artifact.Sha256)];

    public void Dispose() => _data.Dispose();

    private static byte[] Shared { get; } = [.. Enumerable.Range(0, 3 * 4096).Select(i => (byte)(i * 31 / 7))];

    private BackupVault Open(bool isWriting) => isWriting ? BackupVault.Open(_data.Path) : BackupVault.OpenForReading(_data.Path);

    private long Bytes() => Directory.GetFiles(Path.Combine(_data.Path, "vault", "packs")).Sum(file => new FileInfo(file).Length);

    private async Task<(int Files, int Damaged)> CheckAsync()
    {
        VaultCheck check = await BackupVault.OpenForReading(_data.Path).VerifyAsync(Cancel);
        return (check.Files, check.Damaged.Count);
    }
}
