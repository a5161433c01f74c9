using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Logging.Abstractions;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Vault;
using ProvisionStation.Runs.Channels;
using ProvisionStation.Runs.Recipes;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Records;

namespace ProvisionStation.Tests.Support;

/// <summary>A station with a real journal, vault, recipe and image in a folder of its own, and fake slots. Every slot is offered one unit, by
/// the operator.</summary>
internal sealed class FakeStation : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentDictionary<string, int> _asked = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _workers = [];

    private FakeStation(DataFolder data, RunJournal journal, LoadedRecipe recipe, FakeSlot[] slots)
    {
        (Data, Journal, Slots) = (data, journal, slots);
        Vault = BackupVault.Open(data.Path);
        Agreement = new LotAgreement(journal, "L1", (_, _) => Task.FromResult<bool?>(true), approvesFirst: true);
        Work = new StationWork
        {
            Recipe = recipe,
            Jig = new Jig(
                "bench-4", 1, JigSupply.ThreeVoltThree, JigPresence.Operator, TimeSpan.FromSeconds(3), new Dictionary<string, JigInstrument>(),
                [.. slots.Select(slot => slot.Wires)], "jig.yaml", "jig", DataFolder.Hash('a')),
            Journal = journal,
            Vault = Vault,
            Lot = "L1",
            Clock = TimeProvider.System,
            Tell = happened =>
            {
                OnTell(happened);
                Events.Enqueue(happened);
            },
            TellFault = Faults.Enqueue,
            AskOperator = AnswerAsync,
            StopReason = () => "cancelled",
        };
    }

    public DataFolder Data { get; }

    public RunJournal Journal { get; }

    public BackupVault Vault { get; }

    public FakeSlot[] Slots { get; }

    public LotAgreement Agreement { get; }

    public StationWork Work { get; }

    public ConcurrentQueue<StationEvent> Events { get; } = new();

    public ConcurrentQueue<SlotFault> Faults { get; } = new();

    /// <summary>Called with every event, before it is kept.</summary>
    public Action<StationEvent> OnTell { get; set; } = _ => { };

    /// <summary>How many units each slot is offered.</summary>
    public int UnitsPerSlot { get; set; } = 1;

    /// <summary>How often all slots have asked for a unit.</summary>
    public int Asked => _asked.Values.Sum();

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<FakeStation> OpenAsync(int slots = 1, params string[] steps)
    {
        DataFolder data = new();
        return new FakeStation(
            data, await data.OpenAsync(), Recipe(data, steps), [.. Enumerable.Range(1, slots).Select(number => new FakeSlot(number, TimeProvider.System))]);
    }

    /// <summary>A recipe of an N with its synthetic image, read as the program reads it.</summary>
    public static LoadedRecipe Recipe(DataFolder data, params string[] steps)
    {
        string file = Path.Combine(data.Path, "recipe.yaml");
        File.WriteAllBytes(Path.Combine(data.Path, "image.bin"), ImageBuilder.Qio("BK7231N"));
        File.WriteAllText(file, """
            recipe: cb2s-plug
            revision: 1
            product: {name: CB2S plug, module: CB2S, chip: BK7231N, supply: 3V3}
            image: {file: image.bin}
            diagnose: true
            current: {nominal: [50, 80], mean: [45, 110], peak: 320, cutoff: 200, window: 3}
            config:
              pins: {8: "WifiLED_n;0", 26: "Rel;1"}
            """);
        LoadedRecipe loaded = LoadedRecipe.Load(file);
        return steps.Length == 0 ? loaded : loaded with { Recipe = loaded.Recipe with { Steps = steps } };
    }

    /// <summary>A runner whose steps are the test's own.</summary>
    public UnitRunner Runner(params IStep[] steps) => new(Work, Agreement, NullLogger.Instance, steps.ToDictionary(step => step.Name));

    /// <summary>Opens a slot and runs one unit in it.</summary>
    public async Task<RunResult> RunAsync(params IStep[] steps)
    {
        await Slots[0].Bench.OpenAsync(Cancel);
        return await Runner(steps).RunAsync(Slots[0].Bench, (_, _) => { }, Cancel);
    }

    /// <summary>Sets a channel to work on a slot.</summary>
    public (SlotChannel Channel, Task Worker) Start(int slot, RunGate gate, params IStep[] steps)
    {
        SlotChannel channel = new(Work, Agreement, Slots[slot - 1].Bench, gate, NullLogger.Instance, steps.ToDictionary(step => step.Name));
        Task worker = Task.Run(() => channel.WorkAsync(_stop.Token), Cancel);
        _workers.Add(worker);
        return (channel, worker);
    }

    /// <summary>A number out of the journal, as another connection sees it now.</summary>
    public long Count(string sql)
    {
        using DbConnection raw = Data.Raw();
        return (long)DataFolder.Sql(raw, sql)!;
    }

    /// <summary>The verdict of a slot, once it is told.</summary>
    public async Task<RunFinished> FinishedAsync(int slot)
    {
        await UntilAsync(() => Events.OfType<RunFinished>().Any(run => run.Slot == slot));
        return Events.OfType<RunFinished>().First(run => run.Slot == slot);
    }

    public static async Task UntilAsync(Func<bool> isTrue)
    {
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        while (!isTrue())
            await Task.Delay(Look, TimeProvider.System, limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        foreach (FakeSlot slot in Slots)
            await slot.Bench.DisposeAsync();
        Agreement.Dispose();
        await Journal.DisposeAsync();
        Data.Dispose();
        _stop.Dispose();
    }

    private Task AnswerAsync(string question, CancellationToken cancel) =>
        _asked.AddOrUpdate(question, 1, (_, before) => before + 1) <= UnitsPerSlot
            ? Task.CompletedTask
            : Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
}
