using System.Security.Cryptography;
using ProvisionStation.Records;
using ProvisionStation.Records.Vault;

namespace ProvisionStation.Tests.Records;

/// <summary>What crashes, full disks and worn ones leave of a vault.</summary>
public sealed class PackCrashTests : IDisposable
{
    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private string Folder => Path.Combine(_data.Path, "vault");
    private string Pack => Path.Combine(Folder, "packs", "000001.pack");
    private string Index => Path.Combine(Folder, "index.db");

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_store_torn_at_any_byte_leaves_the_older_backup_whole_and_can_be_done_again(bool keepsIndex)
    {
        byte[] first = Bytes(2 * 4096, 1), second = Text(300, 2);
        string one = await BackupVault.Open(_data.Path).StoreAsync(first, Cancel);
        long before = new FileInfo(Pack).Length;
        byte[] index = await File.ReadAllBytesAsync(Index, Cancel);
        string two = await BackupVault.Open(_data.Path).StoreAsync(second, Cancel);
        byte[] whole = await File.ReadAllBytesAsync(Pack, Cancel);
        for (long length = before; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(Pack, whole[..(int)length], Cancel);
            if (keepsIndex)
                await File.WriteAllBytesAsync(Index, index, Cancel);
            else
                File.Delete(Index);
            BackupVault reader = BackupVault.OpenForReading(_data.Path);
            Assert.Equal(first, await reader.ReadAsync(one, Cancel));
            Assert.False(reader.Holds(two));
            Assert.Equal(length, new FileInfo(Pack).Length);
            BackupVault vault = BackupVault.Open(_data.Path);
            Assert.Equal((1, 0, 0), Counts(await vault.VerifyAsync(Cancel)));
            if (length % 16 != 0)
                continue;
            Assert.Equal(two, await vault.StoreAsync(second, Cancel));
            Assert.Equal((2, 0, 0), Counts(await BackupVault.OpenForReading(_data.Path).VerifyAsync(Cancel)));
        }
    }

    [Fact]
    public async Task A_torn_tail_is_told_and_set_aside_not_thrown_away()
    {
        await BackupVault.Open(_data.Path).StoreAsync(Bytes(4096, 1), Cancel);
        long before = new FileInfo(Pack).Length;
        await using (FileStream tail = File.Open(Pack, FileMode.Append))
            tail.Write(Bytes(77, 3));
        BackupVault vault = BackupVault.Open(_data.Path);
        Assert.Contains("77 bytes at the end of packs/000001.pack", Assert.Single(vault.Notices), StringComparison.Ordinal);
        Assert.Equal(before, new FileInfo(Pack).Length);
        Assert.Equal(Bytes(77, 3), await File.ReadAllBytesAsync($"{Pack}.torn-{before}", Cancel));
        Assert.Empty(BackupVault.Open(_data.Path).Notices);
    }

    [Fact]
    public async Task A_pack_torn_while_it_was_made_is_set_aside_at_every_length()
    {
        string one = await BackupVault.Open(_data.Path).StoreAsync(Bytes(100, 1), Cancel);
        byte[] head = (await File.ReadAllBytesAsync(Pack, Cancel))[..1024];
        string next = Path.Combine(Folder, "packs", "000002.pack");
        foreach (int length in new[] { 0, 1, 8, 127, 128, 511, 512, 1023 })
        {
            await File.WriteAllBytesAsync(next, length < 128 ? head[..length] : [.. new byte[128], .. head[128..length]], Cancel);
            BackupVault vault = BackupVault.Open(_data.Path);
            Assert.False(File.Exists(next));
            Assert.True(vault.Holds(await vault.StoreAsync(Bytes(200, length), Cancel)));
            Assert.True(vault.Holds(one));
        }
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_in_a_record_is_named_and_never_read_as_a_backup()
    {
        byte[] first = Text(200, 1), second = Text(300, 2);
        string one = await BackupVault.Open(_data.Path).StoreAsync(first, Cancel);
        int end = (int)new FileInfo(Pack).Length;
        await BackupVault.Open(_data.Path).StoreAsync(second, Cancel);
        byte[] whole = await File.ReadAllBytesAsync(Pack, Cancel), index = await File.ReadAllBytesAsync(Index, Cancel);
        for (int at = 1024; at < end; at += 3)
        {
            await File.WriteAllBytesAsync(Index, index, Cancel);
            byte[] flipped = (byte[])whole.Clone();
            flipped[at] ^= (byte)(1 << (at % 8));
            await File.WriteAllBytesAsync(Pack, flipped, Cancel);
            VaultCheck check = await BackupVault.OpenForReading(_data.Path).VerifyAsync(Cancel);
            Assert.Equal([one], check.Damaged);
            File.Delete(Index);
            BackupVault rebuilt = BackupVault.Open(_data.Path);
            Assert.Contains("damaged: packs/000001.pack", Assert.Single(rebuilt.Notices), StringComparison.Ordinal);
            Assert.Single((await rebuilt.VerifyAsync(Cancel)).Torn);
            await Assert.ThrowsAsync<RecordsException>(() => rebuilt.ReadAsync(one, Cancel));
            Assert.Equal(whole.Length, new FileInfo(Pack).Length);
        }
    }

    [Fact]
    public async Task A_damaged_sector_is_stored_again_for_every_backup_that_shares_it()
    {
        byte[] first = Bytes(3 * 4096, 1), second = [.. first[..4096], .. Bytes(100, 2)];
        string one = await BackupVault.Open(_data.Path).StoreAsync(first, Cancel);
        byte[] pack = await File.ReadAllBytesAsync(Pack, Cancel);
        pack[1024 + 500] ^= 4;
        await File.WriteAllBytesAsync(Pack, pack, Cancel);
        BackupVault vault = BackupVault.Open(_data.Path);
        Assert.Equal([one], (await vault.VerifyAsync(Cancel)).Damaged);
        string two = await vault.StoreAsync(second, Cancel);
        Assert.Equal(second, await vault.ReadAsync(two, Cancel));
        Assert.Equal(first, await vault.ReadAsync(one, Cancel));
        Assert.Equal(one, await vault.StoreAsync(first, Cancel));
    }

    [Fact]
    public async Task A_store_that_fails_over_a_shared_sector_leaves_its_older_place_in_the_index()
    {
        byte[] first = Bytes(3 * 4096, 1), second = [.. first[..4096], .. Bytes(100, 2)];
        string one = await BackupVault.Open(_data.Path).StoreAsync(first, Cancel);
        byte[] whole = await File.ReadAllBytesAsync(Pack, Cancel), misread = (byte[])whole.Clone();
        misread[1024 + 500] ^= 4;
        await File.WriteAllBytesAsync(Pack, misread, Cancel);
        BackupVault vault = BackupVault.Open(_data.Path);
        vault.Packs.OpenPack = path => new FlippingStream(path);
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => vault.StoreAsync(second, Cancel));
        Assert.Contains("read back from disk differently", e.Message, StringComparison.Ordinal);
        Assert.Equal(misread, await File.ReadAllBytesAsync(Pack, Cancel));
        await File.WriteAllBytesAsync(Pack, whole, Cancel); // the cable is whole again
        Assert.Equal(first, await BackupVault.Open(_data.Path).ReadAsync(one, Cancel));
        Assert.Equal((1, 0, 0), Counts(await BackupVault.Open(_data.Path).VerifyAsync(Cancel)));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_damaged_head_stops_the_start_by_name_and_the_file_put_back_serves(bool keepsIndex)
    {
        string one = await BackupVault.Open(_data.Path).StoreAsync(Bytes(9000, 1), Cancel);
        byte[] whole = await File.ReadAllBytesAsync(Pack, Cancel);
        await File.WriteAllBytesAsync(Pack, [.. new byte[1024], .. whole[1024..]], Cancel);
        if (!keepsIndex)
            File.Delete(Index);
        RecordsException e = Assert.Throws<RecordsException>(() => BackupVault.Open(_data.Path));
        Assert.Equal(("record-lost", $"the head of {Pack} is damaged"), (e.Reason, e.Message));
        Assert.Contains(BackupVault.OpenForReading(_data.Path).Notices, notice => notice.Contains(e.Message, StringComparison.Ordinal));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(Pack)!));
        await File.WriteAllBytesAsync(Pack, whole, Cancel);
        Assert.Equal(Bytes(9000, 1), await BackupVault.Open(_data.Path).ReadAsync(one, Cancel));
    }

    [Fact]
    public async Task A_head_that_is_damaged_while_the_station_runs_gets_no_second_key_beside_it()
    {
        await BackupVault.Open(_data.Path).StoreAsync(Bytes(9000, 1), Cancel);
        BackupVault vault = BackupVault.Open(_data.Path);
        byte[] whole = await File.ReadAllBytesAsync(Pack, Cancel);
        await File.WriteAllBytesAsync(Pack, [.. new byte[1024], .. whole[1024..]], Cancel);
        vault.Packs.ForgetKeysOf(1);
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => vault.StoreAsync(Bytes(9000, 2), Cancel));
        Assert.Equal($"the head of {Pack} is damaged", e.Message);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(Pack)!));
    }

    [Fact]
    public async Task Packs_with_two_address_keys_are_read_each_by_its_own()
    {
        string one = await BackupVault.Open(_data.Path).StoreAsync(Bytes(9000, 1), Cancel);
        string aside = Path.Combine(_data.Path, "aside");
        File.Move(Pack, aside);
        File.Delete(Index);
        string two = await BackupVault.Open(_data.Path).StoreAsync(Bytes(9000, 2), Cancel);
        File.Move(Pack, Path.Combine(Folder, "packs", "000002.pack"));
        File.Move(aside, Pack);
        File.Delete(Index);
        byte[] both = [.. Bytes(9000, 1)[..4096], .. Bytes(9000, 2)[..4096]];
        string three = await BackupVault.Open(_data.Path).StoreAsync(both, Cancel);
        BackupVault vault = BackupVault.Open(_data.Path);
        Assert.Equal((3, 0, 0), Counts(await vault.VerifyAsync(Cancel)));
        await vault.CollectAsync(new HashSet<string> { one, two }, isDryRun: false, Cancel);
        Assert.Equal((2, 0, 0), Counts(await BackupVault.Open(_data.Path).VerifyAsync(Cancel)));
        await vault.CollectAsync(new HashSet<string> { two }, isDryRun: false, Cancel);
        Assert.Equal(Bytes(9000, 2), await BackupVault.Open(_data.Path).ReadAsync(two, Cancel));
        Assert.False(vault.Holds(three));
    }

    [Fact]
    public async Task Records_that_changed_places_do_not_open()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        byte[] content = Bytes(2 * 4096, 1);
        string sha256 = await vault.StoreAsync(content, Cancel);
        byte[] pack = await File.ReadAllBytesAsync(Pack, Cancel);
        int length = (pack.Length - 1024 - (pack.Length - 1024) % 4176) / 2;
        Assert.Equal(4176, length);
        byte[] swapped = [.. pack[..1024], .. pack[(1024 + length)..(1024 + 2 * length)], .. pack[1024..(1024 + length)], .. pack[(1024 + 2 * length)..]];
        await File.WriteAllBytesAsync(Pack, swapped, Cancel);
        Assert.Equal([sha256], (await BackupVault.OpenForReading(_data.Path).VerifyAsync(Cancel)).Damaged);
        File.Delete(Index);
        Assert.Equal(2, (await BackupVault.OpenForReading(_data.Path).VerifyAsync(Cancel)).Torn.Count);
    }

    [Fact]
    public async Task A_pack_that_is_gone_or_shorter_is_told_and_its_backups_are_lost()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        vault.Packs.MostPackBytes = 2000;
        string one = await vault.StoreAsync(Bytes(4096, 1), Cancel), two = await vault.StoreAsync(Bytes(4096, 2), Cancel);
        Assert.True(vault.Packs.OnDisk().Count > 1);
        File.Delete(Pack);
        BackupVault left = BackupVault.Open(_data.Path);
        Assert.Contains("packs/000001.pack is gone", left.Notices[0], StringComparison.Ordinal);
        Assert.Equal(Bytes(4096, 2), await left.ReadAsync(two, Cancel));
        await Assert.ThrowsAsync<RecordsException>(() => left.ReadAsync(one, Cancel));
    }

    [Fact]
    public async Task A_pack_that_lost_its_end_was_not_cut_off_by_a_crash()
    {
        await BackupVault.Open(_data.Path).StoreAsync(Bytes(9000, 1), Cancel);
        byte[] whole = await File.ReadAllBytesAsync(Pack, Cancel);
        await File.WriteAllBytesAsync(Pack, whole[..^50], Cancel);
        BackupVault vault = BackupVault.Open(_data.Path);
        Assert.Contains(vault.Notices, notice => notice.Contains("has lost its end, which was whole before", StringComparison.Ordinal));
        Assert.DoesNotContain(vault.Notices, notice => notice.Contains("crash", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_vault_that_the_journal_names_is_never_made_anew()
    {
        RecordsException e = Assert.Throws<RecordsException>(() => BackupVault.Open(_data.Path, null, 5));
        Assert.Contains("the journal names 5", e.Message, StringComparison.Ordinal);
        Assert.Contains("Mount", e.Remedy, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_data.Path));
        string one = await BackupVault.Open(_data.Path, null, 0).StoreAsync(Bytes(10, 1), Cancel);
        Assert.True(BackupVault.Open(_data.Path, null, 5).Holds(one));
    }

    [Fact]
    public async Task A_lost_or_damaged_index_is_made_anew_from_the_packs()
    {
        byte[] content = Bytes(5 * 4096 + 1, 1);
        string sha256 = await BackupVault.Open(_data.Path).StoreAsync(content, Cancel);
        foreach (byte[]? index in new[] { null, [], Bytes(8192, 5), "SQLite format 3\0 and no more of it"u8.ToArray() })
        {
            if (index is null)
                File.Delete(Index);
            else
                await File.WriteAllBytesAsync(Index, index, Cancel);
            Assert.Equal(content, await BackupVault.OpenForReading(_data.Path).ReadAsync(sha256, Cancel));
            Assert.Equal(content, await BackupVault.Open(_data.Path).ReadAsync(sha256, Cancel));
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_disk_that_is_full_at_any_write_or_sync_is_vault_full_and_nothing_counts_as_stored(bool writesSome)
    {
        for (int allowed = 0; ; allowed++)
        {
            using DataFolder data = new();
            BackupVault vault = BackupVault.Open(data.Path);
            string one = await vault.StoreAsync(Bytes(4096, 1), Cancel);
            vault.Packs.MostPackBytes = 20_000;
            int left = allowed;
            vault.Packs.OpenPack = path => new FillingStream(path, () => left-- > 0, writesSome);
            byte[] content = Bytes(8 * 4096, 2);
            if (await Record.ExceptionAsync(() => vault.StoreAsync(content, Cancel)) is not { } e)
            {
                Assert.True(allowed > 5, $"only {allowed} writes and syncs were tried");
                break;
            }

            Assert.Equal("vault-full", Assert.IsType<RecordsException>(e).Reason);
            vault = BackupVault.Open(data.Path);
            Assert.Equal((1, 0, 0), Counts(await vault.VerifyAsync(Cancel)));
            Assert.Equal(Bytes(4096, 1), await vault.ReadAsync(one, Cancel));
            Assert.Equal(content, await vault.ReadAsync(await vault.StoreAsync(content, Cancel), Cancel));
            Assert.Equal((2, 0, 0), Counts(await BackupVault.OpenForReading(data.Path).VerifyAsync(Cancel)));
        }
    }

    [Fact]
    public async Task Bytes_that_the_disk_did_not_take_are_a_lost_record_and_not_a_backup()
    {
        BackupVault vault = BackupVault.Open(_data.Path);
        string one = await vault.StoreAsync(Bytes(10, 1), Cancel);
        // What is written goes somewhere else; in the pack there are zeros in its place.
        vault.Packs.OpenPack = path =>
        {
            using (FileStream pack = File.OpenWrite(path))
                pack.SetLength(pack.Length + 100_000);
            return StableStorage.CreatePrivate(Path.Combine(_data.Path, Path.GetRandomFileName()));
        };
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => vault.StoreAsync(Bytes(5000, 2), Cancel));
        Assert.Equal("record-lost", e.Reason);
        Assert.Contains("read back from disk differently", e.Message, StringComparison.Ordinal);
        Assert.False(vault.Holds(Convert.ToHexStringLower(SHA256.HashData(Bytes(5000, 2)))));
        Assert.Equal(Bytes(10, 1), await BackupVault.Open(_data.Path).ReadAsync(one, Cancel));
    }

    [Fact]
    public async Task Garbage_in_place_of_a_pack_is_damage_and_no_crash()
    {
        const int seed = 4711;
        string one = await BackupVault.Open(_data.Path).StoreAsync(Bytes(9000, 1), Cancel);
        byte[] whole = await File.ReadAllBytesAsync(Pack, Cancel);
#pragma warning disable CA5394 // A pattern, not a secret.
        Random random = new(seed);
        for (int i = 0; i < 40; i++)
        {
            byte[] bytes = (byte[])whole.Clone();
            int at = random.Next(1024, bytes.Length), length = random.Next(1, bytes.Length - at + 1);
            random.NextBytes(bytes.AsSpan(at, length));
#pragma warning restore CA5394
            await File.WriteAllBytesAsync(Pack, bytes, Cancel);
            File.Delete(Index);
            BackupVault vault = BackupVault.OpenForReading(_data.Path);
            Exception? e = await Record.ExceptionAsync(() => vault.ReadAsync(one, Cancel));
            Assert.True(e is RecordsException, $"seed {seed}, round {i}: {e}");
        }
    }

    public void Dispose() => _data.Dispose();

    private static (int Files, int Damaged, int Torn) Counts(VaultCheck check) => (check.Files, check.Damaged.Count, check.Torn.Count);

    private static byte[] Text(int length, int seed) => [.. Enumerable.Range(0, length).Select(i => (byte)('a' + (i * seed % 26)))];

    private static byte[] Bytes(int length, int seed)
    {
        byte[] bytes = new byte[length];
#pragma warning disable CA5394 // A pattern, not a secret.
        new Random(seed).NextBytes(bytes);
#pragma warning restore CA5394
        return bytes;
    }

    /// <summary>A disk that keeps other bytes than it was given.</summary>
    private sealed class FlippingStream(string path) : FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 0)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            byte[] bytes = buffer.ToArray();
            bytes[bytes.Length / 2] ^= 1;
            base.Write(bytes);
        }
    }

    /// <summary>A disk that takes so many writes and syncs, and then is full; in the middle of one, where it writes some.</summary>
    private sealed class FillingStream(string path, Func<bool> takes, bool writesSome)
        : FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 0)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            bool isTaken = takes();
            base.Write(isTaken || !writesSome ? buffer[..(isTaken ? buffer.Length : 0)] : buffer[..(buffer.Length / 2)]);
            if (!isTaken)
                throw Full();
        }

        public override void Flush(bool flushToDisk)
        {
            base.Flush(flushToDisk);
            if (flushToDisk && !takes())
                throw Full();
        }

        private static IOException Full() => new("no space left", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28);
    }
}
