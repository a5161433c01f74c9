using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Vault;
using ProvisionStation.Runs.Recipes;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Records;

namespace ProvisionStation.Tests.Support;

/// <summary>A run of the product's own steps on a fake N, with a real journal and vault.</summary>
internal sealed class FakeUnitRun : IAsyncDisposable
{
    private readonly LoaderClock _clock = new();

    private FakeUnitRun(
        DataFolder data, RunJournal journal, OpenRun record, byte[] flash, Func<RecipeConfig, RecipeConfig>? edit, RestoreOrder? order)
    {
        (Data, Journal) = (data, journal);
        Loader = new FakeLoader(_clock, true, flash);
        Agreement = new LotAgreement(journal, "L1", (_, _) => Task.FromResult<bool?>(true), approvesFirst: true);
        FakeSlot slot = new(1, _clock, hasMeter: false, Loader) { BeforeOn = Loader.RestartAsync };
        Slot = slot;
        LoadedRecipe recipe = FakeStation.Recipe(data);
        if (edit is not null)
            recipe = recipe with { Recipe = recipe.Recipe with { Config = edit(recipe.Recipe.Config!) } };
        CurrentWatch current = new(slot.Bench, recipe.Recipe.Current.Cutoff, _clock);
        Bus bus = new(slot.Bench, current, recipe.Recipe, _clock);
        Run = new ActiveRun
        {
            Restore = order,
            Work = recipe,
            Bench = slot.Bench,
            Record = record,
            Journal = journal,
            Vault = BackupVault.Open(data.Path),
            Lot = "L1",
            Agreement = Agreement,
            Current = current,
            Bus = bus,
            Application = new ApplicationWatch(slot.Bench, current, bus, recipe.Recipe, _clock),
            Clock = _clock,
            Progress = _ => { },
            Cancel = Cancel,
        };
    }

    public DataFolder Data { get; }

    public RunJournal Journal { get; }

    public FakeLoader Loader { get; }

    public LotAgreement Agreement { get; }

    public FakeSlot Slot { get; }

    public ActiveRun Run { get; }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A run whose unit is linked and identified.</summary>
    /// <param name="flash">Its flash; null: of a unit that has nothing special.</param>
    /// <param name="edit">Changes the recipe's configuration; null: it stays.</param>
    public static async Task<FakeUnitRun> IdentifiedAsync(byte[]? flash = null, Func<RecipeConfig, RecipeConfig>? edit = null)
    {
        FakeUnitRun made = await LinkedAsync(flash, edit: edit);
        Assert.Null((await new IdentifyStep().RunAsync(made.Run, Cancel)).Reason);
        return made;
    }

    /// <summary>A run whose unit is linked; a person may have ordered a backup back into it.</summary>
    public static async Task<FakeUnitRun> LinkedAsync(
        byte[]? flash = null, RestoreOrder? order = null, Func<RecipeConfig, RecipeConfig>? edit = null)
    {
        DataFolder data = new();
        RunJournal journal = await data.OpenAsync();
        FakeUnitRun made = new(data, journal, await journal.OpenRunAsync(DataFolder.Opening(), Cancel), flash ?? FakeUnit.FlashOf(true), edit, order);
        foreach (IStep step in new IStep[] { new PowerStep(), new LinkStep() })
            Assert.Null((await step.RunAsync(made.Run, Cancel)).Reason);
        return made;
    }

    /// <summary>The step <c>backup</c>.</summary>
    public Task<StepOutcome> BackUpAsync() => TimedByBytesAsync(() => new BackupStep().RunAsync(Run, Cancel));

    /// <summary>Does something while time passes only with the bytes: nobody keeps a loader awake for ever.</summary>
    public async Task<T> TimedByBytesAsync<T>(Func<Task<T>> work)
    {
        _clock.Manual = true;
        T done = await work();
        _clock.Manual = false;
        return done;
    }

    /// <summary>A number out of the journal, as another connection sees it now.</summary>
    public long Count(string sql)
    {
        using System.Data.Common.DbConnection raw = Data.Raw();
        return (long)DataFolder.Sql(raw, sql)!;
    }

    public async ValueTask DisposeAsync()
    {
        await Run.Application.DisposeAsync();
        await Run.Bus.DisposeAsync();
        await Run.Current.DisposeAsync();
        await Slot.Bench.DisposeAsync();
        Agreement.Dispose();
        await Journal.DisposeAsync();
        Data.Dispose();
    }
}
