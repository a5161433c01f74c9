using ProvisionStation.Records.Journal;

namespace ProvisionStation.Records.Reports;

/// <summary>A unit as one lot saw it.</summary>
/// <param name="Unit">Our own unit id.</param>
/// <param name="Mac">Its MAC; null where it was not readable.</param>
/// <param name="Runs">How many runs it has had in the lot.</param>
/// <param name="LastVerdict">Verdict of its last closed run in the lot; null where none is closed.</param>
/// <param name="OriginalBackupSha256">The backup of what it was received with, whichever lot took it; null where there is none.</param>
public sealed record LotUnit(Guid Unit, string? Mac, int Runs, Verdict? LastVerdict, string? OriginalBackupSha256)
{
    internal static IReadOnlyList<LotUnit> Of(WholeLot whole)
    {
        Dictionary<Guid, string> originals = whole.Backups.Where(backup => backup.IsOriginal).ToDictionary(backup => backup.Unit, backup => backup.Sha256);
        return
        [
            .. whole.Runs.Where(run => run.UnitId is not null).GroupBy(run => run.UnitId!.Value).Select(unit => new LotUnit(
                unit.Key,
                unit.Last().Marks?.Mac,
                unit.Count(),
                unit.Where(run => run.Closing is not null).MaxBy(run => run.Sequence)?.Closing?.Verdict,
                originals.GetValueOrDefault(unit.Key))),
        ];
    }
}
