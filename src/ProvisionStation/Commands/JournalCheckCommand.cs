using System.CommandLine;
using System.Text.Json.Nodes;
using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Reports;

namespace ProvisionStation.Commands;

/// <summary><c>journal check</c>: every page of the journal and of its copies.</summary>
internal static class JournalCheckCommand
{
    private const double Mebibyte = 1 << 20;

    public static Command Make()
    {
        Option<string> data = SharedOptions.Data();
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "check", "Read every page of the journal and of its copies; a station may go on working meanwhile.", "journal check --data data")
        {
            data, json,
        };
        command.SetAction((parsed, cancel) => CheckAsync(parsed.GetValue(data)!, parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> CheckAsync(string data, bool json, CancellationToken cancel)
    {
        DataFolder.Require(data);
        JournalCopies copies = new(data, TimeProvider.System);
        (JournalLook? journal, string problem, string remedy) = await LookAsync(data, cancel);
        List<JournalLook> looks = [];
        foreach (JournalCopy copy in copies.List())
            looks.Add(await JournalFile.LookAsync(copy.File, cancel));
        if (json)
        {
            JsonObject line = journal is null ? new JsonObject { ["problems"] = new JsonArray(problem) } : JournalBackupCommand.ToJson(journal);
            line["copies"] = new JsonArray([.. looks.Select(look => JournalBackupCommand.ToJson(look))]);
            Console.WriteLine(JsonText.Line(line));
        }
        else
        {
            Console.WriteLine(journal is { IsWhole: true } ? Line(journal) : problem);
            foreach (JournalLook look in looks)
                Console.WriteLine(look.IsWhole ? Line(look) : $"{look.File}: a copy that is damaged: {look.Problems[0]}");
            if (looks.Count == 0)
                Console.WriteLine($"no copy yet: '{ProgramName.Short} journal backup' takes one");
        }

        if (journal is { IsWhole: true })
            return (int)(looks.All(look => look.IsWhole) ? ExitCode.Passed : ExitCode.BenchFault);
        await Console.Error.WriteLineAsync($"{ProgramName.Short}: {Sentence.Of($"record-lost: {problem}", remedy)}");
        if (looks.LastOrDefault(look => look.IsWhole) is { } good)
            await Console.Error.WriteLineAsync(
                $"{ProgramName.Short}: the newest copy that is whole: {ProgramName.Command("journal", "restore", good.File, "--data", data)}");
        return (int)ExitCode.BenchFault;
    }

    /// <summary>Damage is what this command is for: it ends in a list of copies, not at the first fault.</summary>
    private static async Task<(JournalLook? Journal, string Problem, string Remedy)> LookAsync(string data, CancellationToken cancel)
    {
        try
        {
            JournalLook journal = await JournalCopies.CheckAsync(data, cancel);
            return (journal, journal.Problems is [var first, ..] ? $"the journal {journal.File} is damaged: {first}" : "", JournalCopies.BringBack);
        }
        catch (RecordsException e) when (!e.IsWrongUse)
        {
            return (null, e.Message, e.Remedy);
        }
    }

    private static string Line(JournalLook look)
    {
        string log = look.LogBytes == 0 ? "" : FormattableString.Invariant($" and {look.LogBytes / Mebibyte:0.0} MiB beside it");
        return FormattableString.Invariant($"{look.File}: whole, {look.Bytes / Mebibyte:0.0} MiB{log}, form {look.Form}, up to closing record {look.Closed}, ")
            + $"hash {look.LastSha256}";
    }
}
