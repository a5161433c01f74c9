using System.CommandLine;
using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Commands;

/// <summary><c>journal restore</c>: a copy in the place of a journal that is broken or gone.</summary>
internal static class JournalRestoreCommand
{
    public static Command Make()
    {
        Argument<string> copy = new("COPY") { Description = "A copy of the journal: see 'journal check' for those there are." };
        Option<bool> whole = new("--even-if-whole") { Description = "Also where nothing is wrong with the journal: what came after the copy is lost." };
        Option<string> data = SharedOptions.Data();
        Command command = new StationCommand(
            "restore",
            "Put a copy in the place of a broken journal; the broken one is kept under another name.",
            "journal restore data/copies/journal-20260131T080000Z.db")
        {
            copy, whole, data,
        };
        command.SetAction((parsed, cancel) => RestoreAsync(parsed.GetValue(copy)!, parsed.GetValue(whole), parsed.GetValue(data)!, cancel));
        return command;
    }

    private static async Task<int> RestoreAsync(string copy, bool evenIfWhole, string data, CancellationToken cancel)
    {
        DataFolder.Require(data);
        JournalRestored done = await JournalRestore.RestoreAsync(data, copy, evenIfWhole, TimeProvider.System, cancel);
        Console.WriteLine($"The journal is that of {done.Copy.File} now, up to closing record {done.Copy.Closed}, hash {done.Copy.LastSha256}.");
        Console.WriteLine(done.SetAside is { } aside ? $"The former one is kept as {aside}." : "There was no other one.");
        if (!done.IsLedgerThere)
            Console.WriteLine(
                "There is no ledger file: which runs were closed after this copy is not known, and the numbers of their closing records may be given again.");
        else if (done.Lost.Count == 0)
            Console.WriteLine("The ledger knows no run that was closed after this copy: nothing closed is lost.");
        else
            WriteLost(done.Lost);
        foreach (RunRecord run in done.CutShort)
            Console.WriteLine(Printable.Of(
                $"In work when the copy was taken: run {run.Id}, slot {run.Opening.Slot}, MAC {run.Marks?.Mac ?? "not read"}, closed as "
                + $"{RecordText.Of(run.Closing!.Verdict)} {run.Closing.Reason}, taken as {RecordText.Of(run.Closing.State)}."));
        WriteLedger(done);
        if (done.UnreadableFacts > 0)
            Console.WriteLine($"{done.UnreadableFacts} lines of the ledger file could not be read: there may be more.");
        Console.WriteLine($"Next: {ProgramName.Command("ledger", "verify", "--data", data)}");
        return (int)ExitCode.Passed;
    }

    /// <summary>Where the two ledgers go apart is told, and stays in the ledger.</summary>
    private static void WriteLedger(JournalRestored done)
    {
        foreach (LedgerFact fact in done.Decided)
            Console.WriteLine(Printable.Of($"Decided after the copy and recorded again: unit {fact.Subject}: {fact["as"]} by {fact["operator"]}: {fact["reason"]}."));
        if (done.LedgerSetAside is { } aside)
            Console.WriteLine(
                $"The former ledger is kept as {aside}: facts 1 to {done.Agreed} are in the new one too, {done.Former - done.Agreed} after them in that file only. "
                + "The fact journal-restored names it with its hash: copy it away with the ledger.");
    }

    private static void WriteLost(IReadOnlyList<LostRun> lost)
    {
        Console.WriteLine($"{lost.Count} runs were closed after this copy, their records are lost; each stands in the journal as ERROR record-lost:");
        foreach (LostRun run in lost)
            Console.WriteLine(Printable.Of(
                $"  closing record {run.Closing}  run {run.Run}  lot {run.Lot}  MAC {run.Mac ?? "not read"}  {RecordText.Of(run.Verdict)} {run.Reason ?? ""}"
                + $"  unit {RecordText.Of(run.State)}  backup {run.BackupSha256 ?? "none"}"));
    }
}
