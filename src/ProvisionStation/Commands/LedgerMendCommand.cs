using System.CommandLine;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Commands;

/// <summary><c>ledger mend</c>: the way back where the ledger's file was lost, cut or changed, or an older journal was brought back.</summary>
internal static class LedgerMendCommand
{
    public static Command Make()
    {
        Option<string> reason = SharedOptions.Reason("What happened, in your words; it becomes a fact of the ledger.");
        Option<string> name = SharedOptions.RequiredOperator();
        Option<string> data = SharedOptions.Data();
        Command command = new StationCommand(
            "mend",
            "Write ledger.jsonl anew from a journal that is whole, keep the old file, and record who did it and why.",
            "ledger mend --reason 'file deleted by mistake' --operator Ada")
        {
            reason, name, data,
        };
        command.SetAction((parsed, cancel) => MendAsync(parsed.GetValue(reason)!, parsed.GetValue(name)!, parsed.GetValue(data)!, cancel));
        return command;
    }

    private static async Task<int> MendAsync(string reason, string operatorName, string data, CancellationToken cancel)
    {
        DataFolder.RequireJournal(data);
        MendedLedger mended = await LedgerMending.MendAsync(data, operatorName, reason, TimeProvider.System, cancel);
        Console.WriteLine(
            $"ledger.jsonl was written anew with the journal's {mended.Facts} facts; fact {mended.Recorded.Sequence} records it; "
            + (mended.Aside is null ? "there was no old file" : $"the old file, {mended.AsideFacts} facts, is {mended.Aside}"));
        return (int)ExitCode.Passed;
    }
}
