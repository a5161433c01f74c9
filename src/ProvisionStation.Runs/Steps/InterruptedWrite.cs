using ProvisionStation.Beken.Flash;
using ProvisionStation.Records;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>A write that was cut off and never finished: where it stood, by the journal.</summary>
/// <param name="Last">The last run that touched the unit.</param>
/// <param name="Suspects">What that run, and every one before it that did not finish either, was erasing or writing last.</param>
/// <param name="OriginalBackupSha256">The unit's original backup; null where there is none.</param>
public sealed record InterruptedWrite(RunRecord Last, IReadOnlyList<FlashRange> Suspects, string? OriginalBackupSha256)
{
    /// <summary>False where something else than the image was being erased or written: its block may lie where no image goes.</summary>
    public bool IsOfImage { get; init; } = true;

    /// <summary>True where a person had ordered a backup back into the unit.</summary>
    public bool IsRestore => Last.Opening.Recipe == RestoreRecipe.Name;

    /// <summary>Where it stood, as one sentence.</summary>
    public string Text
    {
        get
        {
            string block = Suspects is [var first, ..] ? $" in the block {first.Start} + {first.LengthBytes / 1024} KiB" : "";
            return $"an earlier write was cut off{block}: run {Last.Id}, lot {Last.Opening.Lot}, slot {Last.Opening.Slot}, {Last.StartedAt:yyyy-MM-dd HH:mm:ss} UTC, "
                + $"{RecordText.Of(Last.Closing!.Verdict)} {Last.Closing.Reason}, state {RecordText.Of(Last.Closing.State)}, image {Last.Opening.ImageSha256[..12]}…";
        }
    }

    /// <summary>Finds it in a unit's closed runs.</summary>
    /// <param name="closed">Newest first.</param>
    /// <param name="originalBackupSha256">The unit's original backup; null where there is none.</param>
    /// <returns>Null where the last run that touched the unit finished its write, and where none touched it.</returns>
    public static InterruptedWrite? Of(IReadOnlyList<RunRecord> closed, string? originalBackupSha256)
    {
        List<RunRecord> unfinished =
        [
            .. closed.Where(one => one.Closing!.State != UnitState.Untouched)
                .TakeWhile(one => one.Closing!.State is UnitState.Erased or UnitState.PartlyWritten),
        ];
        if (unfinished.Count == 0)
            return null;
        List<Intent> last = [.. unfinished.Select(one => one.Intents.LastOrDefault(intent => intent.LengthBytes > 0)).OfType<Intent>()];
        IEnumerable<FlashRange> suspects = last.Select(intent => new FlashRange(new FlashAddress(intent.StartAddress), intent.LengthBytes));
        return new InterruptedWrite(unfinished[0], [.. suspects.Distinct()], originalBackupSha256)
        {
            IsOfImage = last.TrueForAll(intent => intent.Purpose == "image"),
        };
    }

    /// <summary>Why the write cannot go on where it stood; null where it can.</summary>
    /// <param name="imageSha256">The image that is to be written now.</param>
    /// <param name="isDurable">Says of a backup whether the vault holds it.</param>
    public string? WhyNotResumed(string imageSha256, Func<string, bool> isDurable) =>
        Last.Opening.ImageSha256 != imageSha256 ? "it was another image"
        : !IsOfImage ? "a backup was being written back"
        : Suspects.Count == 0 ? "no block of it is in the journal"
        : OriginalBackupSha256 is null || !isDurable(OriginalBackupSha256) ? "the unit's original backup is not in the vault"
        : null;
}
