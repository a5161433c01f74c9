using ProvisionStation.Beken;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Bench;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Vault;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Hosting;

/// <summary>What a person asked to have restored.</summary>
/// <param name="Mac">Twelve hex digits: the unit whose backup it is.</param>
/// <param name="Slot">The only slot that gets power.</param>
internal sealed record RestoreRequest(string Mac, int Slot)
{
    /// <summary>Which unit, where several have the MAC.</summary>
    public Guid? UnitId { get; init; }

    /// <summary>Which backup; null: the unit's original.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Why another unit may get it; null: it may not.</summary>
    public string? CloneReason { get; init; }

    /// <summary>True where a clone gets the identity too.</summary>
    public bool WithIdentity { get; init; }

    /// <summary>True: the RF sector and nothing else.</summary>
    public bool OnlyRfSector { get; init; }

    /// <summary>True where nobody is asked: the command line says yes, with a name.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>The jig with nothing but the slot.</summary>
    /// <exception cref="ConfigurationException">It has no such slot.</exception>
    public Jig OnlySlot(Jig jig) => jig.Slots.FirstOrDefault(slot => slot.Number == Slot) is { } wanted
        ? jig with { Slots = [wanted] }
        : throw new ConfigurationException(
            "--slot", null, null, $"jig {jig.Name} has no slot {Slot}", $"It has: {string.Join(", ", jig.Slots.Select(slot => slot.Number))}.");

    /// <summary>Finds the backup and reads it whole, before any slot gets power.</summary>
    /// <exception cref="ConfigurationException">There is none, or it is not clear which one is meant.</exception>
    /// <exception cref="RecordsException">The vault does not give it back.</exception>
    public async Task<RestoreOrder> FindAsync(RunJournal journal, BackupVault vault, string? person, CancellationToken cancel)
    {
        UnitBackup backup = Choose(await journal.BackupsAsync(Mac, cancel));
        IReadOnlyList<RunRecord> runs = await journal.RunsAsync(new RunQuery(Unit: backup.Unit, Most: 100_000), cancel);
        UnitMarks marks = runs.First(run => run.Id == backup.Run).Marks!;
        if (!Enum.TryParse(marks.Chip, out ChipModel chip) || chip is not (ChipModel.BK7231N or ChipModel.BK7231M or ChipModel.BK7231T))
            throw Wrong("--unit", $"the backup is of a {marks.Chip ?? "chip that could not be told"}: nothing is ever written to that", "Restore it with the vendor's own tool; 'vault export' gives the file.");
        byte[] content = await vault.ReadAsync(backup.Sha256, cancel);
        FlashRange rf = FlashLayout.Of(chip)!.RfSector;
        bool holdsMac = content.Length >= rf.End.Value
            && RfPartition.Parse(content.AsSpan((int)rf.Start.Value, (int)rf.LengthBytes), rf.Start) is { MacText: not null, IsPlaceholder: false };
        if (OnlyRfSector && !holdsMac)
            throw Wrong("--rf", $"the backup {backup.Sha256} holds no RF sector with a MAC of its own", "Choose another backup of the unit with --backup.");
        return new RestoreOrder(backup, marks, content)
        {
            CloneReason = CloneReason,
            WithIdentity = WithIdentity,
            OnlyRfSector = OnlyRfSector,
            Operator = person,
        };
    }

    private UnitBackup Choose(IReadOnlyList<UnitBackup> all)
    {
        IReadOnlyList<UnitBackup> own = UnitId is { } wanted ? [.. all.Where(backup => backup.Unit == wanted)] : all;
        Guid[] units = [.. own.Select(backup => backup.Unit).Distinct()];
        if (units.Length == 0)
            throw Wrong("--unit", $"there is no backup of a unit with MAC {Mac}{(UnitId is null ? "" : $" and id {UnitId}")} in this data folder", $"See '{ProgramName.Short} units' for those there are.");
        if (units.Length > 1)
            throw Wrong("--unit", $"{units.Length} units have the MAC {Mac}: {string.Join(", ", units)}", $"Say which one is meant with --unit-id; '{ProgramName.Short} units show {Mac}' tells them apart.");
        if (Sha256 is null)
            return own.First(backup => backup.IsOriginal);
        return own.FirstOrDefault(backup => string.Equals(backup.Sha256, Sha256, StringComparison.OrdinalIgnoreCase))
            ?? throw Wrong("--backup", $"{Sha256} is no backup of this unit", $"Its backups: {string.Join(", ", own.Select(backup => backup.Sha256).Distinct())}.");
    }

    private static ConfigurationException Wrong(string field, string problem, string remedy) => new(field, null, null, Printable.Of(problem), Printable.Of(remedy));
}
