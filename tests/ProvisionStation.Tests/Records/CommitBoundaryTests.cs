using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Vault;

namespace ProvisionStation.Tests.Records;

/// <summary>A kill between any two commits of a run: the data folder as it is then is opened again by a station that knows nothing of it.</summary>
public sealed class CommitBoundaryTests : IDisposable
{
    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Law_9_a_kill_after_any_commit_of_a_run_leaves_a_named_state_and_loses_nothing_that_was_told()
    {
        List<(string What, Dictionary<string, byte[]> Files)> moments = [];
        List<string> told = [];
        byte[] backup = [.. Enumerable.Range(0, 9000).Select(at => (byte)(at * 7))];
        await using (RunJournal journal = await _data.OpenAsync())
        {
            BackupVault vault = BackupVault.Open(_data.Path);
            void Killed(string what) => moments.Add((what, Files(_data.Path)));
            Killed("open");
            OpenRun run = await journal.OpenRunAsync(DataFolder.Opening(), Cancel);
            Killed("run");
            await run.IdentifyUnitAsync(DataFolder.Marks(), Cancel);
            Killed("unit");
            string sha256 = await vault.StoreAsync(backup, Cancel);
            Killed("vault");
            await run.AddArtifactAsync(new Artifact("backup", sha256, backup.Length, null), Cancel);
            Killed("artifact");
            await run.AddStepAsync(DataFolder.Step("backup"), Cancel);
            Killed("backup");
            foreach (uint block in new uint[] { 0x11000, 0x20000, 0x30000 })
            {
                await run.AddIntentAsync(new Intent("image", block, 0x10000), Cancel);
                Killed($"intent {block:X6}");
            }

            await run.AddStepAsync(DataFolder.Step("write"), Cancel);
            Killed("write");
            await run.AddStepAsync(DataFolder.Step("verify"), Cancel);
            Killed("verify");
            await run.AddStepAsync(DataFolder.Step("configure"), Cancel);
            Killed("configure");
            await run.AddClaimsAsync([new Claim("image-crc", "1A2B3C4D", ClaimSource.Readback)], Cancel);
            Killed("claims");
            RunRecord closed = await run.CloseAsync(DataFolder.Closing() with { BackupSha256 = sha256 }, Cancel);
            told.Add(closed.Sha256!);
            Killed("closed");
        }

        List<string> found = [];
        foreach ((string what, Dictionary<string, byte[]> files) in moments)
            found.Add($"{what}: {await StartOnAsync(files, backup, what == "closed" ? told : [])}");
        Assert.Equal(
            [
                "open: none", "run: ABORTED untouched", "unit: ABORTED untouched", "vault: ABORTED untouched", "artifact: ABORTED untouched",
                "backup: ABORTED untouched", "intent 011000: ABORTED erased", "intent 020000: ABORTED partly-written", "intent 030000: ABORTED partly-written",
                "write: ABORTED partly-written", "verify: ABORTED written", "configure: ABORTED configured", "claims: ABORTED configured",
                "closed: PASS configured",
            ],
            found);
    }

    public void Dispose() => _data.Dispose();

    /// <summary>Every file of a data folder as another program would find it now, but for locks.</summary>
    internal static Dictionary<string, byte[]> Files(string folder)
    {
        Dictionary<string, byte[]> files = [];
        foreach (string path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(folder, path);
            if (name is not ("station.lock" or "journal.db-shm"))
                files[name] = Read(path);
        }

        return files;
    }

    /// <summary>Puts files into a folder in place of those that are there under the same names.</summary>
    internal static void Put(string folder, Dictionary<string, byte[]> files)
    {
        foreach ((string name, byte[] content) in files)
        {
            string path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private static async Task<string> StartOnAsync(Dictionary<string, byte[]> files, byte[] backup, IReadOnlyList<string> told)
    {
        using DataFolder killed = new();
        Put(killed.Path, files);
        await using RunJournal journal = await killed.OpenAsync();
        BackupVault vault = BackupVault.Open(killed.Path);
        Assert.Null((await journal.ChainAsync(Cancel)).Break);
        Assert.True((await JournalCopies.CheckAsync(killed.Path, Cancel)).IsWhole);
        Assert.Empty((await vault.VerifyAsync(await journal.ArtifactsAsync(Cancel), Cancel)).Losses);
        IReadOnlyList<RunRecord> runs = await journal.RunsAsync(new RunQuery(), Cancel);
        Assert.All(told, hash => Assert.Contains(runs, run => run.Sha256 == hash));
        if (runs.Count == 0)
            return "none";
        RunClosing closing = Assert.Single(runs).Closing!;
        if (closing.BackupSha256 is { } sha256)
            Assert.Equal(backup, await vault.ReadAsync(sha256, Cancel));
        Assert.True(closing.State == UnitState.Untouched || closing.BackupSha256 is not null, "an erase without a backup");
        return $"{RecordText.Of(closing.Verdict)} {RecordText.Of(closing.State)}";
    }

    private static byte[] Read(string path)
    {
        // Closing this takes SQLite's locks on the file away from this process: no other one is at work in a test.
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
