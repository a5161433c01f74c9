using System.Data.Common;
using System.Globalization;
using System.Text;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Tests.Records;

/// <summary>Broken, cut and swapped, each side by itself and both: the station does not start, and says where and what is good.</summary>
public sealed class LedgerBreakTests : IDisposable
{
    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Ledger => System.IO.Path.Combine(_data.Path, "ledger.jsonl");

    [Theory]
    [InlineData("change", 3)]
    [InlineData("change", 1)]
    [InlineData("change", 6)]
    [InlineData("drop", 3)]
    [InlineData("drop", 1)]
    [InlineData("swap", 3)]
    [InlineData("double", 3)]
    [InlineData("garbage", 4)]
    public async Task A_changed_line_stops_the_start_at_its_place(string harm, int line)
    {
        await FillAsync();
        List<string> lines = [.. await File.ReadAllLinesAsync(Ledger, Cancel)];
        Assert.Equal(6, lines.Count);
        int place = line - 1, expected = harm == "double" ? line + 1 : line;
        long offset = lines.Take(expected - 1).Sum(one => one.Length + 1);
        switch (harm)
        {
            case "change":
                lines[place] = lines[place].Replace("2026-03-14", "2026-03-15", StringComparison.Ordinal);
                break;
            case "drop":
                lines.RemoveAt(place);
                break;
            case "swap":
                (lines[place], lines[place + 1]) = (lines[place + 1], lines[place]);
                break;
            case "double":
                lines.Insert(place, lines[place]);
                break;
            default:
                lines[place] = "garbage";
                break;
        }

        await File.WriteAllTextAsync(Ledger, string.Concat(lines.Select(one => one + "\n")), Cancel);
        RecordsException e = await RefusedAsync();
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"line {expected} (fact {expected}, byte {offset})"), e.Message, StringComparison.Ordinal);
        Assert.Contains(expected == 1 ? "no fact is known to be good" : $"facts 1 to {expected - 1} are good", e.Message, StringComparison.Ordinal);
        Assert.Contains("ledger mend", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_cut_anywhere_is_mended_from_the_database_and_that_is_said()
    {
        await FillAsync();
        byte[] whole = await File.ReadAllBytesAsync(Ledger, Cancel);
        foreach (int length in Enumerable.Range(0, whole.Length / 97).Select(part => part * 97).Append(whole.Length - 1))
        {
            await File.WriteAllBytesAsync(Ledger, whole[..length], Cancel);
            await using RunJournal journal = await _data.OpenAsync();
            Assert.Equal(6 - whole[..length].Count(one => one == (byte)'\n'), journal.MendedFacts);
            Assert.Equal(whole, await File.ReadAllBytesAsync(Ledger, Cancel));
        }
    }

    [Fact]
    public async Task An_append_that_left_zeros_is_mended_and_anything_else_behind_the_last_line_is_not()
    {
        await FillAsync();
        byte[] whole = await File.ReadAllBytesAsync(Ledger, Cancel);
        await File.WriteAllBytesAsync(Ledger, [.. whole, .. new byte[100]], Cancel);
        await using (RunJournal journal = await _data.OpenAsync())
            await SayAsync(journal);
        Assert.Equal(7, (await File.ReadAllLinesAsync(Ledger, Cancel)).Length);
        await File.AppendAllTextAsync(Ledger, "x", Cancel);
        Assert.Contains("line 8", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    /// <summary>As a power cut leaves an append: of each 512 bytes of the file that were written, or zeros still; a file may end at any of them.</summary>
    [Fact]
    public async Task An_append_with_holes_is_mended_whichever_of_its_sectors_came_to_the_disk()
    {
        await FillAsync();
        byte[] whole = await File.ReadAllBytesAsync(Ledger, Cancel);
        int start = Array.IndexOf(whole, (byte)'\n') + 1, first = start / 512, pieces = ((whole.Length - 1) / 512) - first + 1;
        await using RunJournal journal = await _data.OpenAsync();
        LedgerFile copy = new(Directory.CreateDirectory(System.IO.Path.Combine(_data.Path, "copy")).FullName);
        Assert.InRange(pieces, 4, 12);
        for (int mask = 0; mask < 1 << pieces; mask++)
        {
            byte[] torn = [.. whole];
            for (int piece = 0; piece < pieces; piece++)
            {
                int from = Math.Max(start, (first + piece) * 512), to = Math.Min(whole.Length, (first + piece + 1) * 512);
                if ((mask & (1 << piece)) == 0)
                    torn.AsSpan(from..to).Clear();
            }

            await File.WriteAllBytesAsync(copy.Path, torn, Cancel);
            LineEnd end = await journal.AgreeAsync(copy, Cancel);
            Assert.Equal(whole[..(int)end.Bytes], torn[..(int)end.Bytes]);
        }

        await journal.DisposeAsync();
        byte[] hole = [.. whole];
        hole.AsSpan((first + 1) * 512, 512).Clear();
        await File.WriteAllBytesAsync(Ledger, hole, Cancel);
        await using (RunJournal mended = await _data.OpenAsync())
            Assert.InRange(mended.MendedFacts, 1, 5);
        Assert.Equal(whole, await File.ReadAllBytesAsync(Ledger, Cancel));
        hole[^2] ^= 1;
        await File.WriteAllBytesAsync(Ledger, hole, Cancel);
        await RefusedAsync();
    }

    /// <summary>No flipped bit anywhere in the file gets through.</summary>
    [Fact]
    public async Task Every_flipped_byte_is_noticed()
    {
        await FillAsync();
        await using RunJournal journal = await _data.OpenAsync();
        byte[] whole = await File.ReadAllBytesAsync(Ledger, Cancel);
        string folder = Directory.CreateDirectory(System.IO.Path.Combine(_data.Path, "copy")).FullName;
        LedgerFile copy = new(folder);
        for (int place = 0; place < whole.Length; place += 11)
        {
            byte[] harmed = [.. whole];
            harmed[place] ^= (byte)(1 << (place % 8));
            await File.WriteAllBytesAsync(copy.Path, harmed, Cancel);
            await Assert.ThrowsAsync<RecordsException>(() => journal.AgreeAsync(copy, Cancel));
        }
    }

    [Fact]
    public async Task A_file_that_is_further_behind_than_a_crash_leaves_it_stops_the_start()
    {
        await FillAsync();
        string[] lines = await File.ReadAllLinesAsync(Ledger, Cancel);
        await using (RunJournal journal = await _data.OpenAsync())
        {
            LedgerFact fact = new(FactKinds.SlotEnabled, "all", new Dictionary<string, string?>());
            await journal.RecordFactsAsync(Enumerable.Repeat(fact, LedgerStart.MostBehind), Cancel);
        }

        byte[] all = await File.ReadAllBytesAsync(Ledger, Cancel);
        await CutToAsync(lines.Length - 1);
        Assert.Contains("cut", (await RefusedAsync()).Message, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(Ledger, all, Cancel);
        await CutToAsync(lines.Length);
        await using RunJournal mended = await _data.OpenAsync();
        Assert.Equal(LedgerStart.MostBehind, mended.MendedFacts);
    }

    [Fact]
    public async Task A_lost_file_stops_the_start_and_is_written_anew_by_a_person()
    {
        await FillAsync();
        File.Delete(Ledger);
        RecordsException e = await RefusedAsync();
        Assert.Contains("not there", e.Message, StringComparison.Ordinal);
        MendedLedger mended = await LedgerMending.MendAsync(_data.Path, "Ada", "deleted by mistake", _data.Clock, Cancel);
        Assert.Equal((6L, null, 7L), (mended.Facts, mended.Aside, mended.Recorded.Sequence));
        await using RunJournal journal = await _data.OpenAsync();
        RecordedFact told = Assert.Single(await journal.FactsAsync(FactKinds.LedgerMended, null, Cancel));
        Assert.Equal(("Ada", "deleted by mistake", "6"), (told.Fact["operator"], told.Fact["reason"], told.Fact["facts"]));
        Assert.Equal(7, (await journal.RequireChainAsync(Cancel)).Facts);
    }

    [Fact]
    public async Task A_database_that_was_cut_stops_the_start_and_what_is_lost_is_kept_aside()
    {
        await FillAsync();
        Harm("DELETE FROM ledger WHERE sequence = 6; DELETE FROM run_closed WHERE sequence = 3");
        byte[] before = await File.ReadAllBytesAsync(Ledger, Cancel);
        RecordsException e = await RefusedAsync();
        Assert.Contains("the database ends with fact 5, the file goes on to fact 6", e.Message, StringComparison.Ordinal);
        MendedLedger mended = await LedgerMending.MendAsync(_data.Path, "Ada", "older copy", _data.Clock, Cancel);
        Assert.Equal((5L, 6L), (mended.Facts, mended.AsideFacts));
        Assert.Equal(before, await File.ReadAllBytesAsync(mended.Aside!, Cancel));
        await using RunJournal journal = await _data.OpenAsync();
        Assert.Single(journal.Interrupted);
        Assert.Equal(7, (await journal.RequireChainAsync(Cancel)).Facts);
    }

    [Fact]
    public async Task Tails_cut_from_both_are_noticed_where_a_closing_record_is_left()
    {
        await FillAsync();
        Harm("DELETE FROM ledger WHERE sequence >= 5");
        await CutToAsync(4);
        RecordsException e = await RefusedAsync();
        Assert.Contains("its last closing record is 3", e.Message, StringComparison.Ordinal);
        Assert.Contains("the ledger's last one is 1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closing_record_that_was_cut_off_stops_the_start()
    {
        await FillAsync();
        Harm("DELETE FROM run_closed WHERE sequence = 3");
        Assert.Contains("the ledger's last one is 3", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_was_taken_away_stops_the_start()
    {
        await using (RunJournal journal = await _data.OpenAsync())
        {
            await DataFolder.ClosedRunAsync(journal);
            await journal.OpenRunAsync(DataFolder.Opening(2), Cancel);
            await DataFolder.ClosedRunAsync(journal, 3);
        }

        Harm("DELETE FROM run WHERE number = 2");
        Assert.Contains("3 runs were begun and 2 closed, but 0 are open", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_another_station_is_named_as_such()
    {
        using DataFolder other = new();
        await using (RunJournal elsewhere = await other.OpenAsync())
            await DataFolder.ClosedRunAsync(elsewhere);
        await FillAsync();
        File.Copy(System.IO.Path.Combine(other.Path, "ledger.jsonl"), Ledger, overwrite: true);
        RecordsException e = await RefusedAsync();
        Assert.Contains("line 1", e.Message, StringComparison.Ordinal);
        Assert.Contains("it is a fact of station", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_beside_a_new_database_stops_the_start()
    {
        await FillAsync();
        foreach (string file in Directory.GetFiles(_data.Path, "journal.db*"))
            File.Delete(file);
        Assert.Contains("is gone, but ledger.jsonl is there", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE ledger SET text = replace(text, 'PASS', 'FAIL') WHERE sequence = 3", "fact 3 of the ledger was changed")]
    [InlineData("UPDATE ledger SET sha256 = '00' WHERE sequence = 3", "fact 3 of the ledger was changed")]
    [InlineData("UPDATE ledger SET subject = 'x' WHERE sequence = 3", "fact 3 of the ledger stands as")]
    [InlineData("UPDATE ledger SET kind = 'slot-disabled' WHERE sequence = 3", "fact 3 of the ledger stands as")]
    [InlineData("UPDATE ledger SET text = 'x', sha256 = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881' WHERE sequence = 3", "fact 3 of the ledger was changed")]
    [InlineData("DELETE FROM ledger WHERE sequence = 3", "fact 3 is missing")]
    public async Task A_changed_row_is_found_by_the_walk_and_not_told(string harm, string where)
    {
        await FillAsync();
        Harm(harm);
        await using RunJournal reader = await RunJournal.OpenForReadingAsync(_data.Path, _data.Clock, Cancel);
        Assert.Contains(where, (await reader.ChainAsync(Cancel)).Break, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RecordsException>(() => reader.RunsAsync(new RunQuery(Lot: "L1"), Cancel));
        await Assert.ThrowsAsync<RecordsException>(() => LedgerMending.MendAsync(_data.Path, "Ada", "hide it", _data.Clock, Cancel));
    }

    [Theory, InlineData("text"), InlineData("sha256")]
    public async Task A_changed_last_row_stops_the_start(string column)
    {
        await FillAsync();
        Harm($"UPDATE ledger SET {column} = replace({column}, substr({column}, 9, 1), 'z') WHERE sequence = 6");
        await RefusedAsync();
    }

    public void Dispose() => _data.Dispose();

    /// <summary>Six facts: station made, lot opened, a run closed, a slot enabled, a run closed, a run closed.</summary>
    private async Task FillAsync()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal, 1);
        await SayAsync(journal);
        await DataFolder.ClosedRunAsync(journal, 2);
        await DataFolder.ClosedRunAsync(journal, 3);
    }

    private static Task<RecordedFact> SayAsync(RunJournal journal) =>
        journal.RecordFactAsync(new LedgerFact(FactKinds.SlotEnabled, "all", new Dictionary<string, string?> { ["result"] = "good" }), Cancel);

    private async Task<RecordsException> RefusedAsync()
    {
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(_data.OpenAsync);
        Assert.Equal("record-lost", e.Reason);
        Assert.NotEmpty(e.Remedy);
        return e;
    }

    private async Task CutToAsync(int lines) => await File.WriteAllTextAsync(
        Ledger, string.Concat((await File.ReadAllLinesAsync(Ledger, Encoding.UTF8, Cancel)).Take(lines).Select(line => line + "\n")), Cancel);

    private void Harm(string sql)
    {
        using DbConnection raw = _data.Raw();
        DataFolder.DropTriggers(raw);
        DataFolder.Sql(raw, "PRAGMA foreign_keys = OFF");
        DataFolder.Sql(raw, sql);
    }
}
