using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ProvisionStation.Bench;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Vault;
using ProvisionStation.Runs.Channels;
using ProvisionStation.Runs.Recipes;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Runs.Telemetry;

namespace ProvisionStation.Hosting;

/// <summary>Opens files, records and telemetry, and runs the one hosted service that owns the jig: the same host for <c>run</c>,
/// <c>serve</c> and <c>demo</c>.</summary>
internal static class StationHost
{
    /// <summary>Long enough for every slot to switch off and close its run, whatever its instruments do.</summary>
    private static readonly TimeSpan ClosingLimit = TimeSpan.FromMinutes(2);

    /// <summary>Works until the order is done or a signal comes. Every run is closed and every slot is off afterwards.</summary>
    /// <param name="order">What to do.</param>
    /// <param name="screen">Where progress is shown.</param>
    /// <param name="tell">Told every event, from any thread; must not block.</param>
    /// <param name="signals">Stop the work.</param>
    /// <exception cref="OperationCanceledException">A signal came before the work began.</exception>
    public static async Task<StationOutcome> WorkAsync(StationOrder order, Screen screen, Action<StationEvent> tell, StopSignals signals)
    {
        LoadedRecipe? given = order.Restore is null ? LoadedRecipe.Load(order.Recipe) : null;
        Jig jig = JigFile.Load(order.Jig);
        jig = order.Restore?.OnlySlot(jig) ?? jig;
        if (given is not null)
            RecipeBenchCheck.Check(given.Recipe, jig);
        foreach (string warning in given?.Recipe.Warnings ?? [])
            screen.Say($"warning: {warning}");
        TimeProvider clock = TimeProvider.System;
        await OperatorQuestions.RequirePersonAsync(jig, clock, signals.Token);
        await using RunJournal journal = await RunJournal.OpenAsync(order.DataFolder, clock, signals.Token);
        TellInterrupted(journal, screen); // opening has closed those runs, so no later start tells them
        BackupVault vault = BackupVault.Open(order.DataFolder, order.VaultKey, await journal.NamedInVaultAsync(signals.Token));
        TellVault(vault, screen);
        if (vault.Key is { } key)
            await KeyChange.NoteAsync(journal, key, vault.IsFirstUse, order.Operator, signals.Token);
        RestoreOrder? restore = order.Restore is { } wanted ? await wanted.FindAsync(journal, vault, order.Operator, signals.Token) : null;
        LoadedRecipe recipe = given ?? RestoreRecipe.For(restore!, jig.Supply);
        await RequireSameRecipeAsync(journal, order, recipe.Recipe, signals.Token);
        using TelemetryExport? telemetry = TelemetryExport.Start(journal.StationId);
        await using OperatorQuestions questions = new(screen, clock);
        if (restore is not null)
            await ConfirmAsync(order.Restore!, restore, screen, questions, signals.Token);
        StationWork work = new()
        {
            Recipe = recipe,
            Restore = restore,
            Jig = jig,
            Journal = journal,
            Vault = vault,
            Lot = order.Lot,
            Operator = order.Operator,
            Units = order.Units,
            Wait = order.Wait,
            Clock = clock,
            Tell = tell,
            TellFault = fault => screen.Say(fault.EndedAt is null
                ? $"slot {fault.Slot}: {fault.Reason}: {Sentence.Of(fault.What, fault.Remedy)}"
                : $"slot {fault.Slot}: works again after {fault.Reason}"),
            AskOperator = questions.AskAsync,
            ConfirmByOperator = questions.ConfirmAsync,
            ApprovesFirst = order.ApprovesFirst,
            StopReason = () => signals.Reason,
        };
        return await RunHostAsync(work, order.DataFolder, screen, signals);
    }

    /// <summary>Says what goes back. The RF sector goes only where a person says yes to this one.</summary>
    private static async Task ConfirmAsync(
        RestoreRequest request, RestoreOrder order, Screen screen, OperatorQuestions questions, CancellationToken cancel)
    {
        string what = $"backup {order.Backup.Sha256[..12]} of {order.Backup.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, MAC {request.Mac}, "
            + $"{order.Backup.FirmwareBefore ?? "firmware not looked at"}";
        screen.Say($"Goes back into the unit in slot {request.Slot}: {what}");
        if (!request.OnlyRfSector || request.IsConfirmed)
            return;
        bool? answer = await questions.ConfirmAsync(
            $"Write the RF sector of {what}, and nothing else, into the unit in slot {request.Slot}? It must be that very unit. (yes/no)", cancel);
        if (answer != true)
            throw new ConfigurationException("--rf", null, null, "nobody said yes", "Nothing was switched on or written.");
    }

    private static async Task<StationOutcome> RunHostAsync(StationWork work, string dataFolder, Screen screen, StopSignals signals)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddProvider(new StationLog(dataFolder, work.Clock));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ClosingLimit);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(work);
        builder.Services.AddSingleton<Station>();
        builder.Services.AddSingleton<StationService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<StationService>());
        IHost host = builder.Build();
        Station station = host.Services.GetRequiredService<Station>();
        StationService service = host.Services.GetRequiredService<StationService>();
        string until = work.Wait is { } wait ? $"ends after {wait.TotalSeconds:0} s without work" : "works until it is stopped";
        screen.Watch(() => station.Slots, until);
        using (signals.Token.Register(() => screen.Say("Stopping: runs are closed and slots switched off, please wait.")))
        {
            JournalCare care = new(dataFolder, () => station.Slots.All(slot => slot.Phase != SlotPhase.Working), screen.Say, work.Clock);
            await WithCareAsync(host, care, signals.Token);
        }

        if (!service.Outcome.IsCompleted)
            throw new OperationCanceledException(signals.Token);
        try
        {
            return await service.Outcome;
        }
        catch (RecordsException)
        {
            foreach (string line in await CutOffRuns.TellAsync(work.Journal, work.Lot, station.Slots))
                screen.Say(line);
            throw;
        }
    }

    /// <summary>The host ends with its work, with a signal, or where the journal is found damaged: then no unit may be touched any more.</summary>
    private static async Task WithCareAsync(IHost host, JournalCare care, CancellationToken stop)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task working = host.RunAsync(end.Token);
        Task<RecordsException?> caring = Task.Run(() => care.WatchAsync(end.Token), CancellationToken.None);
        await Task.WhenAny(working, caring);
        await end.CancelAsync();
        await working;
        if (await caring is { } damage)
            throw damage;
    }

    /// <summary>A lot belongs to one recipe file; that another one is given is no fault of the records.</summary>
    private static async Task RequireSameRecipeAsync(RunJournal journal, StationOrder order, Recipe recipe, CancellationToken cancel)
    {
        if (await journal.LotOpeningAsync(order.Lot, cancel) is not { } opened || opened.RecipeSha256 == recipe.Sha256)
            return;
        bool isSame = (opened.Recipe, opened.RecipeRevision) == (recipe.Name, recipe.Revision);
        throw new ConfigurationException(
            order.Recipe, null, null,
            isSame
                ? $"the recipe file was changed since lot {order.Lot} was opened, but is still revision {recipe.Revision}"
                : $"lot {order.Lot} was opened under recipe {opened.Recipe} revision {opened.RecipeRevision}, "
                    + $"not under {recipe.Name} revision {recipe.Revision}",
            isSame
                ? "Raise 'revision' in the recipe and open a new lot with --lot, or bring the file back as it was."
                : "Work with the recipe the lot was opened with, or open a new lot with --lot.");
    }

    private static void TellVault(BackupVault vault, Screen screen)
    {
        foreach (string line in vault.IsFirstUse ? VaultKeyText.FirstUse(vault.Key!) : [])
            screen.Say(line);
        foreach (string notice in vault.Notices)
            screen.Say($"warning: {notice}");
    }

    private static void TellInterrupted(RunJournal journal, Screen screen)
    {
        if (journal.MendedFacts > 0)
            screen.Say($"the ledger's file was {journal.MendedFacts} facts behind the journal, as a crash leaves it: appended from the journal");
        foreach (RunRecord run in journal.Interrupted)
        {
            screen.Say(
                $"slot {run.Opening.Slot}: an earlier start ended in the middle of a run (lot {run.Opening.Lot}, "
                + $"MAC {run.Marks?.Mac ?? "not read"}): "
                + $"closed as ABORTED interrupted, the unit is {RecordText.Of(run.Closing!.State)}. "
                + Sentence.Of(run.Closing.Detail, run.Closing.Remedy));
        }
    }
}
