using System.CommandLine;
using System.CommandLine.Parsing;
using ProvisionStation.Bench;
using ProvisionStation.Hosting;
using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Runs.Channels;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Commands;

/// <summary><c>restore</c>: writes a unit's own backup back, as a run like any other.</summary>
internal static class RestoreCommand
{
    private const int DefaultWaitSeconds = 120;

    public static Command Make(StopSignals signals)
    {
        Option<string?> person = SharedOptions.Operator(), key = SharedOptions.VaultKey();
        Option<string> unit = new("--unit") { Description = "The MAC of the unit whose backup goes back.", HelpName = "MAC", Required = true };
        unit.Validators.Add(MustBeMac);
        Option<Guid?> id = new("--unit-id") { Description = "Which unit, where several have the MAC.", HelpName = "ID" };
        Option<string?> backup = new("--backup") { Description = "Which backup. Default: the one of what the unit was received with.", HelpName = "SHA256" };
        Option<string> jig = SharedOptions.Jig(), data = SharedOptions.Data(), lot = SharedOptions.NewLot();
        (lot.Required, lot.DefaultValueFactory, lot.Description) = (false, _ => RestoreRecipe.Name, $"The lot the restore is recorded in. Default: {RestoreRecipe.Name}.");
        Option<int?> slot = SharedOptions.Number("--slot", "The slot the unit is in; no other one gets power.", "S", 1, 10_000);
        slot.Required = true;
        Option<int?> wait = SharedOptions.Number("--wait", $"How long to wait for a unit in the slot. Default: {DefaultWaitSeconds}.", "SECONDS", 1, 1_000_000);
        Option<bool> clone = new("--clone-anyway") { Description = "Write it into another unit, as a copy without identity and personal data. Needs --reason and --operator." };
        Option<string?> reason = new("--reason") { Description = "Why another unit may get it; kept with the run.", HelpName = "TEXT" };
        Option<bool> identity = new("--with-identity") { Description = "With --clone-anyway: the vendor's identity and the home network too." };
        Option<bool> rf = new("--rf") { Description = "Only the RF sector (radio calibration and MAC), into the unit that lost it. A person is asked." };
        Option<bool> yes = new("--yes") { Description = "With --rf and --operator: do not ask." };
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "restore",
            "Write a unit's own backup back and compare it byte by byte before it starts.",
            "restore --unit C8478C123456 --jig jigs/virtual --slot 1")
        {
            unit, id, backup, jig, slot, lot, wait, person, clone, reason, identity, rf, yes, data, key, json,
        };
        command.Validators.Add(result =>
        {
            bool isClone = result.GetValue(clone), isRf = result.GetValue(rf), hasPerson = !string.IsNullOrWhiteSpace(result.GetValue(person));
            if (isClone && isRf)
                result.AddError("--rf never goes with --clone-anyway: an RF sector goes only into the unit it is of");
            else if (isClone && (!hasPerson || string.IsNullOrWhiteSpace(result.GetValue(reason))))
                result.AddError("--clone-anyway needs --reason TEXT and --operator NAME: both are kept with the run");
            else if (!isClone && (result.GetValue(identity) || result.GetValue(reason) is not null))
                result.AddError("--with-identity and --reason are for --clone-anyway");
            else if (result.GetValue(yes) && !(isRf && hasPerson))
                result.AddError("--yes is for --rf and needs --operator NAME");
        });
        command.SetAction(async (parsed, _) => (int)await RestoreAsync(
            new StationOrder(
                parsed.GetValue(jig)!, $"{RestoreRecipe.Name} (built in)", parsed.GetValue(lot)!, parsed.GetValue(person), 1,
                TimeSpan.FromSeconds(parsed.GetValue(wait) ?? DefaultWaitSeconds), parsed.GetValue(data)!)
            {
                VaultKey = parsed.GetValue(key),
                Restore = new RestoreRequest(MacText.Parse(parsed.GetValue(unit)!)!, parsed.GetValue(slot)!.Value)
                {
                    UnitId = parsed.GetValue(id),
                    Sha256 = parsed.GetValue(backup),
                    CloneReason = parsed.GetValue(clone) ? parsed.GetValue(reason) : null,
                    WithIdentity = parsed.GetValue(identity),
                    OnlyRfSector = parsed.GetValue(rf),
                    IsConfirmed = parsed.GetValue(yes),
                },
            },
            parsed.GetValue(json),
            signals));
        return command;
    }

    /// <summary>The unit that was in the slot: a copy goes into another one than the backup is of.</summary>
    internal static string ShownNext(IReadOnlyList<RunRecord> runs, string ordered) => runs is [.., { Marks.Mac: { } mac }] ? mac : ordered;

    private static void MustBeMac(OptionResult result)
    {
        if (result.GetValueOrDefault<string>() is { } text && MacText.Parse(text) is null)
            result.AddError(MacText.Problem(text));
    }

    private static async Task<ExitCode> RestoreAsync(StationOrder order, bool json, StopSignals signals)
    {
        if (!Directory.Exists(order.DataFolder))
            throw new ConfigurationException("--data", null, null, $"there is no folder {order.DataFolder}", "Give the folder that 'run' has written the backup to.");
        if (order.Restore is { OnlyRfSector: true, IsConfirmed: false } && Console.IsInputRedirected)
            throw new ConfigurationException("--rf", null, null, "a person must say yes, and this is no terminal", "Start it on a terminal, or give --yes and --operator NAME.");
        await Console.Error.WriteLineAsync(LowVoltage.Warning);
        StationOutcome outcome;
        await using (Screen screen = new(TimeProvider.System))
        await using (EventLines? events = json ? new EventLines(Console.Out, TimeProvider.System) : null)
        {
            outcome = await StationHost.WorkAsync(order, screen, happened => RunCommand.Tell(happened, screen, events), signals);
        }

        TextWriter talk = json ? Console.Error : Console.Out;
        LotSummary.Write(talk, outcome, order.Lot, order.DataFolder);
        LotSummary.WriteNext(talk, "units", "show", ShownNext(outcome.Runs, order.Restore!.Mac), "--data", order.DataFolder);
        LotSummary.WritePower(talk, outcome);
        return RunCommand.CodeOf(outcome);
    }
}
