using ProvisionStation.Bench.Jigs;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Vault;
using ProvisionStation.Runs.Recipes;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Runs.Channels;

/// <summary>What every channel of a station works with.</summary>
public sealed record StationWork
{
    /// <summary>Recipe, image, secrets.</summary>
    public required LoadedRecipe Recipe { get; init; }

    /// <summary>The jig as its file describes it.</summary>
    public required Jig Jig { get; init; }

    /// <summary>The journal.</summary>
    public required RunJournal Journal { get; init; }

    /// <summary>The vault.</summary>
    public required BackupVault Vault { get; init; }

    /// <summary>The lot.</summary>
    public required string Lot { get; init; }

    /// <summary>Who works; null: nobody said.</summary>
    public string? Operator { get; init; }

    /// <summary>Ends after so many runs have a verdict; null: never.</summary>
    public int? Units { get; init; }

    /// <summary>Ends when no run is in progress and none was started for so long; null: never.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>The clock of every limit.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Told what happens, in order per slot, from any thread.</summary>
    public required Action<StationEvent> Tell { get; init; }

    /// <summary>Told about slots whose bench is at fault, with a remedy, once per fault.</summary>
    public required Action<SlotFault> TellFault { get; init; }

    /// <summary>Puts a question to a person and returns when it is answered.</summary>
    public required Func<string, CancellationToken, Task> AskOperator { get; init; }

    /// <summary>Asks a person yes or no; null where nobody can answer.</summary>
    public Func<string, CancellationToken, Task<bool?>> ConfirmByOperator { get; init; } = (_, _) => Task.FromResult<bool?>(null);

    /// <summary>True where the first article of the lot is approved without asking, as far as its pins are certain.</summary>
    public bool ApprovesFirst { get; init; }

    /// <summary>The backup that a person ordered back into a unit; null for a station that converts.</summary>
    public RestoreOrder? Restore { get; init; }

    /// <summary><c>cancelled</c> or <c>station-stopped</c>, asked when a run is stopped.</summary>
    public required Func<string> StopReason { get; init; }

    /// <summary>What is known of a run in a slot before power comes on.</summary>
    public RunOpening Opening(int slot) => new(
        Lot,
        slot,
        Jig.Name,
        Jig.Revision,
        Jig.Sha256,
        Recipe.Recipe.Name,
        Recipe.Recipe.Revision,
        Recipe.Recipe.Sha256,
        Recipe.Image.Sha256,
        Recipe.Version,
        Operator,
        ProgramVersion.Text);
}
