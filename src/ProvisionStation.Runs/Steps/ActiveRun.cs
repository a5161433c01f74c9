using ProvisionStation.Beken;
using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Vault;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>A run in progress: what it works with, and what its steps have found so far. Owned by one channel.</summary>
public sealed class ActiveRun
{
    /// <summary>Recipe, image and secrets.</summary>
    public required LoadedRecipe Work { get; init; }

    /// <summary>The wires of the slot.</summary>
    public required SlotBench Bench { get; init; }

    /// <summary>The run in the journal.</summary>
    public required OpenRun Record { get; init; }

    /// <summary>Where earlier runs of the unit are found.</summary>
    public required RunJournal Journal { get; init; }

    /// <summary>Where backups go.</summary>
    public required BackupVault Vault { get; init; }

    /// <summary>The lot.</summary>
    public required string Lot { get; init; }

    /// <summary>What the units of the lot share.</summary>
    public required LotAgreement Agreement { get; init; }

    /// <summary>The backup that a person ordered back into the unit; null in every run that converts.</summary>
    public RestoreOrder? Restore { get; init; }

    /// <summary>The current, watched for as long as the slot has power.</summary>
    public required CurrentWatch Current { get; init; }

    /// <summary>The clock of every limit.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Told how far the step in progress is.</summary>
    public required Action<StepProgress> Progress { get; init; }

    /// <summary>Ends the whole run: cancelled, stopped, or power cut by the current watch.</summary>
    public required CancellationToken Cancel { get; init; }

    /// <summary>The recipe.</summary>
    public Recipe Recipe => Work.Recipe;

    /// <summary>The bus session with the unit.</summary>
    public required Bus Bus { get; init; }

    /// <summary>The application's start, seen from the log UART and the meter.</summary>
    public required ApplicationWatch Application { get; init; }

    /// <summary>What the loader told; null before <c>identify</c>.</summary>
    public ChipIdentity? Identity { get; set; }

    /// <summary>Where things lie in the unit's flash; null before <c>identify</c> and where the chip has no known layout.</summary>
    public FlashLayout? Layout { get; set; }

    /// <summary>The RF sector as first read; null where it could not be read.</summary>
    public byte[]? RfSector { get; set; }

    /// <summary>SHA-256 of every RF sector seen on the unit in this run.</summary>
    public HashSet<string> RfHashes { get; } = [];

    /// <summary>What the unit is recognised by; null before <c>identify</c>.</summary>
    public UnitMarks? Marks { get; set; }

    /// <summary>Our own unit id; null before <c>identify</c>.</summary>
    public Guid? UnitId { get; set; }

    /// <summary>The whole flash as it was; null before <c>backup</c>.</summary>
    public byte[]? Backup { get; set; }

    /// <summary>Its hash, set only once it is in the vault, synced, read back and named in the journal (law 1).</summary>
    public string? BackupSha256 { get; set; }

    /// <summary>True only once that backup was found plausible as well: nothing is erased before (law 1).</summary>
    public bool BackupIsTrusted { get; set; }

    /// <summary>What the backup tells about the unit; null before <c>backup</c>.</summary>
    public BackupFindings? Findings { get; set; }

    /// <summary>What the unit's configuration takes from outside the recipe; null where it takes nothing.</summary>
    public UnitSources? Sources { get; set; }

    /// <summary>True once the vendor's store is erased.</summary>
    public bool VendorStoreIsWiped { get; set; }

    /// <summary>The key class the unit's own code was scrambled with.</summary>
    public KeyClass KeyClass { get; set; } = KeyClass.NotReadable;

    /// <summary>What is in the unit's flash now (law 9).</summary>
    public UnitState State { get; set; } = UnitState.Untouched;

    /// <summary>What the station did with the unit before; null before <c>identify</c>.</summary>
    public LifeStory? Story { get; set; }

    /// <summary>The earlier write to the unit that was cut off; null where there is none.</summary>
    public InterruptedWrite? CutOff { get; set; }

    /// <summary>True once that write was gone on with where it stood, instead of begun anew.</summary>
    public bool IsResumed { get; set; }

    /// <summary>What was committed to be erased last; null before.</summary>
    public Intent? LastIntent { get; private set; }

    /// <summary>The configuration this run has written; null before <c>configure</c>.</summary>
    public WrittenConfiguration? Configuration { get; set; }

    /// <summary>Everything that must not stand in a log: the recipe's secrets, and what the unit itself brought.</summary>
    public IEnumerable<string> Secrets => Findings?.Found is { } found
        ? Work.Secrets.Values.Concat(
            ((string[])[found.WifiPassword, found.WifiPassword2, found.MqttPassword, found.WebPassword, found.WifiSsid, found.WifiSsid2]).Where(text => text.Length > 0))
        : Work.Secrets.Values;

    /// <summary>The guard of the session in use: the only way to erase and write.</summary>
    /// <remarks>Made anew per session; it asks this run for the backup (law 1) and commits every intent before the erase (law 9).</remarks>
    public FlashGuard Guard() => new(Bus.Session, () => BackupIsTrusted && BackupSha256 is { } sha256 && Vault.Holds(sha256), CommitIntentAsync);

    /// <summary>Attempts of the step in progress, for the record of a step that ends by an exception; 1 and up.</summary>
    public int Attempts { get; set; } = 1;

    /// <summary>Reads flash with the chip's own CRC agreeing: every read that is judged or recorded.</summary>
    /// <exception cref="Bench.BenchException">read-mismatch: they go on to differ.</exception>
    public Task<ProvenRead> ReadProvenAsync(FlashRange range, CancellationToken cancel) =>
        ProvenRead.ReadAsync(Bus.Session, range, Recipe.Retry.Read, null, cancel);

    /// <summary>Adds one statement with its source to the record.</summary>
    public Task ClaimAsync(string name, string value, ClaimSource source, CancellationToken cancel) =>
        Record.AddClaimsAsync([new Claim(name, value, source)], cancel);

    /// <summary>The MAC as far as it is known, for progress and events.</summary>
    public string? Mac => Marks?.Mac;

    private async Task CommitIntentAsync(FlashPurpose purpose, FlashRange range, CancellationToken cancel)
    {
        Intent intent = new(Words.Of(purpose), range.Start.Value, range.LengthBytes);
        await Record.AddIntentAsync(intent, cancel);
        LastIntent = intent;
        if (purpose == FlashPurpose.Image && State < UnitState.Written)
            State = State == UnitState.Untouched ? UnitState.Erased : UnitState.PartlyWritten;
        else if (purpose == FlashPurpose.RfSector && Story?.LeftState is { } left and not UnitState.Untouched)
            State = left;
        else if (purpose is FlashPurpose.Restore or FlashPurpose.RfSector)
            State = State == UnitState.Untouched ? UnitState.Erased : UnitState.PartlyWritten;
        else if (purpose == FlashPurpose.Configuration && State == UnitState.Configured)
            State = UnitState.Written;
    }
}
