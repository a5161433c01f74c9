using ProvisionStation.Records;
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
    private readonly bool _isFirst;

    private FakeUnitRun(
        DataFolder data, RunJournal journal, LotAgreement agreement, OpenRun record, LoadedRecipe recipe, byte[] flash, int number, bool isFirst,
        RestoreOrder? order = null)
    {
        (Data, Journal, Agreement, _isFirst) = (data, journal, agreement, isFirst);
        Loader = new FakeLoader(_clock, true, flash);
        FakeSlot slot = new(number, _clock, hasMeter: false, Loader) { BeforeOn = Loader.RestartAsync };
        Slot = slot;
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
        LotAgreement agreement = new(journal, "L1", (_, _) => Task.FromResult<bool?>(true), approvesFirst: true);
        FakeUnitRun made = await OpenAsync(
            data, journal, agreement, flash ?? FakeUnit.FlashOf(true), 1,
            one => edit is null ? one : one with { Config = edit(one.Config!) }, isFirst: true, order);
        await made.LinkAsync();
        return made;
    }

    /// <summary>A further run on the same station, not yet identified.</summary>
    /// <param name="flash">The unit's flash; the same unit where null.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="recipe">Changes the recipe.</param>
    public Task<FakeUnitRun> AgainAsync(byte[]? flash = null, int slot = 1, Func<Recipe, Recipe>? recipe = null) =>
        OpenAsync(Data, Journal, Agreement, flash ?? Loader.Chip.Flash, slot, recipe ?? (one => one), isFirst: false);

    /// <summary>The steps up to <c>identify</c>, and how that ended.</summary>
    public async Task<StepOutcome> IdentifyAsync()
    {
        await LinkAsync();
        return await new IdentifyStep().RunAsync(Run, Cancel);
    }

    private async Task LinkAsync()
    {
        foreach (IStep step in new IStep[] { new PowerStep(), new LinkStep() })
            Assert.Null((await step.RunAsync(Run, Cancel)).Reason);
    }

    /// <summary>Closes the run as it stands.</summary>
    public async Task<RunRecord> CloseAsync(Verdict verdict, string? reason)
    {
        Agreement.AtWork.Leave(Run.Record.Id);
        return await Run.Record.CloseAsync(DataFolder.Closing(verdict, reason, Run.State) with { BackupSha256 = Run.BackupSha256 }, Cancel);
    }

    private static async Task<FakeUnitRun> OpenAsync(
        DataFolder data, RunJournal journal, LotAgreement agreement, byte[] flash, int slot, Func<Recipe, Recipe> edit, bool isFirst, RestoreOrder? order = null)
    {
        LoadedRecipe recipe = FakeStation.Recipe(data);
        recipe = recipe with { Recipe = edit(recipe.Recipe) };
        OpenRun record = await journal.OpenRunAsync(DataFolder.Opening(slot) with { ImageSha256 = recipe.Image.Sha256 }, Cancel);
        return new FakeUnitRun(data, journal, agreement, record, recipe, flash, slot, isFirst, order);
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
        if (!_isFirst)
            return;
        Agreement.Dispose();
        await Journal.DisposeAsync();
        Data.Dispose();
    }
}
