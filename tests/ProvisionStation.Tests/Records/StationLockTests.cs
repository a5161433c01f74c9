using ProvisionStation.Records;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Tests.Records;

public sealed class StationLockTests : IDisposable
{
    private readonly DataFolder _data = new();

    private string LockFile => Path.Combine(_data.Path, "station.lock");

    [Fact]
    public void A_lock_that_a_live_process_holds_names_the_program_and_its_process()
    {
        using StationLock held = StationLock.Take(_data.Path);
        RecordsException e = Refused(_data.Path);
        Assert.True(e.IsWrongUse);
        Assert.Contains($"process {Environment.ProcessId}", e.Message, StringComparison.Ordinal);
        Assert.Contains("Stop it first", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_file_that_a_dead_process_left_locks_nobody_out()
    {
        File.WriteAllText(LockFile, "1 some other program\nthat wrote more than we do\n");
        using (StationLock.Take(_data.Path))
            Assert.StartsWith($"{Environment.ProcessId} ", Text(), StringComparison.Ordinal);
        StationLock.Take(_data.Path).Dispose();
        Assert.DoesNotContain("that wrote more", Text(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2147483646 long gone")]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-1 long gone")]
    [InlineData("99999999999999999999 long gone")]
    [InlineData("\0\0\0\0 long gone \u001b[2J")]
    public void A_holder_whose_text_is_stale_or_garbage_is_not_named_wrongly(string text)
    {
        using FileStream held = new(LockFile, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        held.Write(System.Text.Encoding.UTF8.GetBytes(text));
        held.Flush();
        RecordsException e = Refused(_data.Path);
        Assert.DoesNotContain("long gone", e.Message, StringComparison.Ordinal);
        Assert.EndsWith(_data.Path, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_holder_that_is_gone_gives_the_lock_back()
    {
        using (FileStream held = new(LockFile, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            Refused(_data.Path);
        StationLock.Take(_data.Path).Dispose();
    }

    [Fact]
    public void A_second_path_to_the_same_folder_meets_the_same_lock()
    {
        using StationLock held = StationLock.Take(_data.Path);
        string link = _data.Path + "-link";
        Directory.CreateSymbolicLink(link, _data.Path);
        try
        {
            Refused(link);
            Refused(Path.Combine(_data.Path, "..", Path.GetFileName(_data.Path)));
        }
        finally
        {
            Directory.Delete(link);
        }
    }

    [Fact]
    public async Task A_lock_file_that_cannot_be_opened_is_told_as_that_and_not_as_another_station()
    {
        Directory.CreateDirectory(LockFile);
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(_data.OpenAsync);
        Assert.DoesNotContain("another station", e.Message, StringComparison.Ordinal);
        Assert.Contains("station.lock", e.Message, StringComparison.Ordinal);
        Assert.Contains("permissions", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_holds_the_lock_from_opening_to_its_end()
    {
        await using (RunJournal journal = await _data.OpenAsync())
            Refused(_data.Path);
        StationLock.Take(_data.Path).Dispose();
    }

    public void Dispose() => _data.Dispose();

    private static RecordsException Refused(string folder) => Assert.Throws<RecordsException>(() => StationLock.Take(folder));

    private string Text()
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = StableStorage.OpenBesideLock(LockFile)!;
        byte[] text = new byte[RandomAccess.GetLength(file)];
        RandomAccess.Read(file, text, 0);
        return System.Text.Encoding.UTF8.GetString(text);
    }
}
