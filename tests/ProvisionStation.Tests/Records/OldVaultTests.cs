using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Vault;
using ProvisionStation.Tests.House;

namespace ProvisionStation.Tests.Records;

/// <summary>The vault in <c>tests/vectors/vault</c> was made by the program before packs: two units, each with a backup and a boot log.</summary>
public sealed class OldVaultTests : IDisposable
{
    private const string Backup = "7f75d61f4aee35f6f9d43c708add0389a28f495854c6287bfa3ea0673212da2b";
    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public OldVaultTests()
    {
        string origin = Path.Combine(Tree.Root, "tests", "vectors", "vault");
        foreach (string file in Directory.GetFiles(origin, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(_data.Path, Path.GetRelativePath(origin, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    [Fact]
    public async Task It_is_read_verified_and_exported_without_a_key()
    {
        IReadOnlyList<KeptArtifact> named = await NamedAsync();
        BackupVault vault = BackupVault.OpenForReading(_data.Path);
        VaultCheck check = await vault.VerifyAsync(named, Cancel);
        Assert.Equal((4, 0, 0, 0), (check.Files, check.Damaged.Count, check.Losses.Count, check.Unnamed));
        Assert.Equal((2, 2), (check.Kinds["backup"], check.Kinds["boot-log"]));
        string file = Path.Combine(_data.Path, "out.bin");
        await vault.ExportAsync(Backup, file, Cancel);
        Assert.Equal(await File.ReadAllBytesAsync(OldFile, Cancel), await File.ReadAllBytesAsync(file, Cancel));
        Assert.Null((await vault.StatsAsync(Cancel)).KeyFingerprint);
    }

    [Fact]
    public async Task It_is_kept_as_it_is_beside_new_packs_and_not_stored_twice()
    {
        IReadOnlyList<KeptArtifact> named = await NamedAsync();
        string[] before = Plain();
        BackupVault vault = BackupVault.Open(_data.Path);
        Assert.True(vault.IsFirstUse, "the key is new, and must be told");
        byte[] content = await vault.ReadAsync(Backup, Cancel);
        Assert.Equal(Backup, await vault.StoreAsync(content, Cancel));
        Assert.Empty(vault.Packs.OnDisk());
        string added = await vault.StoreAsync("new log"u8.ToArray(), Cancel);
        await vault.CollectAsync(new HashSet<string> { named[0].Artifact.Sha256 }, isDryRun: false, Cancel);
        Assert.False(vault.Holds(added));
        Assert.Equal(before, Plain());
        VaultCheck check = await BackupVault.Open(_data.Path).VerifyAsync(named, Cancel);
        Assert.Equal((4, 0, 0), (check.Files, check.Damaged.Count, check.Losses.Count));
    }

    [Fact]
    public async Task Its_damage_is_named_and_a_new_store_of_the_same_goes_into_a_pack()
    {
        IReadOnlyList<KeptArtifact> named = await NamedAsync();
        byte[] whole = await File.ReadAllBytesAsync(OldFile, Cancel);
        byte[] flipped = (byte[])whole.Clone();
        flipped[12_000] ^= 1;
        await File.WriteAllBytesAsync(OldFile, flipped, Cancel);
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(OldFile)!, "notes.txt"), "mine", Cancel);
        VaultCheck check = await BackupVault.OpenForReading(_data.Path).VerifyAsync(named, Cancel);
        Assert.Equal(new[] { Backup, Path.Combine("7f", "notes.txt") }.Order(), check.Damaged.Order());
        BackupVault vault = BackupVault.Open(_data.Path);
        await vault.StoreAsync(whole, Cancel);
        Assert.Equal(whole, await vault.ReadAsync(Backup, Cancel));
        Assert.Equal([Path.Combine("7f", "notes.txt")], (await vault.VerifyAsync(named, Cancel)).Damaged);
        Assert.Equal(flipped, await File.ReadAllBytesAsync(OldFile, Cancel));
    }

    public void Dispose() => _data.Dispose();

    private string OldFile => Path.Combine(_data.Path, "vault", Backup[..2], Backup);

    /// <summary>Opened for writing: a journal of an older version is brought to this one.</summary>
    private async Task<IReadOnlyList<KeptArtifact>> NamedAsync()
    {
        await using RunJournal journal = await _data.OpenAsync();
        return await journal.ArtifactsAsync(Cancel);
    }

    private string[] Plain() =>
    [
        .. Directory.GetFiles(Path.Combine(_data.Path, "vault"), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file).Length == 64).Order().Select(file => $"{file} {Convert.ToHexString(File.ReadAllBytes(file))}"),
    ];
}
