using System.CommandLine;
using System.Text.Json.Nodes;
using ProvisionStation.Live;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Reports;

namespace ProvisionStation.Commands;

/// <summary><c>journal backup</c>: a whole copy of the journal, beside a running station too.</summary>
internal static class JournalBackupCommand
{
    public static Command Make()
    {
        Option<string?> to = new("--to")
        {
            Description = "Write the copy to this file, best on another disk. Default: 'copies' in the data folder.",
            HelpName = "FILE",
        };
        Option<bool> force = SharedOptions.Force();
        Option<string> data = SharedOptions.Data();
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "backup", "Copy the journal and check the copy; a station may go on working meanwhile.", "journal backup --to /mnt/usb/journal.db")
        {
            to, force, data, json,
        };
        command.SetAction((parsed, cancel) => BackupAsync(
            parsed.GetValue(to), parsed.GetValue(force), parsed.GetValue(data)!, parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> BackupAsync(string? file, bool force, string data, bool json, CancellationToken cancel)
    {
        if (file is not null)
            OutFile.Require(file, force, "--to");
        DataFolder.Require(data);
        JournalCopies copies = new(data, TimeProvider.System);
        JournalLook copy = file is null ? await copies.TakeAsync(cancel) : await copies.TakeAsync(file, cancel);
        if (json)
            Console.WriteLine(JsonText.Line(ToJson(copy)));
        else
            Console.WriteLine($"{copy.File}: {copy.Bytes} bytes, whole, up to closing record {copy.Closed}, hash {copy.LastSha256}");
        if (file is null)
            await Console.Error.WriteLineAsync(
                $"{ProgramName.Short}: this copy is on the same disk as the journal, and the backups of the units are not in it: see docs/recovery.md.");
        return (int)ExitCode.Passed;
    }

    /// <summary>A journal or a copy as scripts see it.</summary>
    public static JsonObject ToJson(JournalLook look) => new()
    {
        ["file"] = look.File,
        ["bytes"] = look.Bytes,
        ["logBytes"] = look.LogBytes,
        ["form"] = look.Form,
        ["station"] = look.Station?.ToString(),
        ["records"] = look.Closed,
        ["headSha256"] = look.LastSha256,
        ["problems"] = new JsonArray([.. look.Problems.Select(problem => JsonValue.Create(problem))]),
    };
}
