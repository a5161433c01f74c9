using System.Text.Json;

namespace ProvisionStation.Speed.Campaign;

/// <summary>Compares what the record says of a run with what really happened to the unit.</summary>
internal sealed class RunJudge(CampaignImage image, CampaignLog log)
{
    /// <summary>With these a unit must never pass. The others may heal, or befall nothing: then the true flash decides.</summary>
    private static readonly string[] NeverPasses =
    [
        "no-unit", "garbage", "protected", "unknown-flash", "wrong-key", "dies-mid-read", "dies-mid-write", "silent-boot", "silent-log", "stalled-boot",
        "no-boot", "boot-loop", "brown-out", "over-current", "current-high", "current-low", "short", "config-rejected", "rf-changed", "placeholder-mac", "wip-stuck",
    ];

    /// <summary>True where the station's own disk was made to fail: then a healthy unit may get an ERROR, and nobody is to look at it.</summary>
    public bool IsDiskSick { get; init; }

    /// <summary>True where a unit with these faults can pass: it has none, or such as a retry heals.</summary>
    public static bool MayPass(IEnumerable<string> faults) => !faults.Any(fault => NeverPasses.Contains(fault.Split(':')[0]));

    /// <summary>Judges one run. Everything that is wrong goes into the log.</summary>
    /// <param name="seen">What the bench saw.</param>
    /// <param name="record">The run in <c>runs --json</c>; null where it is not there.</param>
    public void Judge(RunWitness seen, JsonElement? record)
    {
        log.Count("runs");
        if (record is not { } run)
        {
            log.Fail(seen.Case, $"run {seen.Run} is not in the record; told: {seen.Told ?? "nothing"}");
            return;
        }

        List<string> wrong = [.. Wrong(seen, run)];
        foreach (string what in wrong)
            log.Fail(seen.Case, $"run {seen.Run} ({run.Text("verdict")} {run.Text("reason")}, state {run.Text("state")}, faults {string.Join(' ', seen.Faults)}): {what}");
        log.Count($"{run.Text("verdict")} {run.Text("reason")}".TrimEnd());
        if (wrong.Count == 0 && run.Is("verdict", "PASS"))
            log.Count("true PASS");
        JudgeHealthy(seen, run);
    }

    /// <summary>A healthy unit that nobody disturbed passes.</summary>
    private void JudgeHealthy(RunWitness seen, JsonElement run)
    {
        if (seen.Faults.Count > 0 || seen.WasDisturbed || run.Is("verdict", "PASS") || run.Is("verdict", "ABORTED"))
            return;
        // OpenBeken counts boots that failed, and only a complete one ends its safe mode; what is healed still has its count.
        if (seen.WasHealed && run.Is("reason", "boot-loop"))
        {
            log.Count("healed units still in safe mode");
            return;
        }

        string what = $"a healthy unit: {run.Text("verdict")} {run.Text("reason")}: {run.Text("detail")}";
        if (run.Is("verdict", "FAIL"))
            log.Fail(seen.Case, what);
        else if (!IsDiskSick)
            log.Note(seen.Case, what);
    }

    private IEnumerable<string> Wrong(RunWitness seen, JsonElement run)
    {
        if (run.Text("verdict") is not { } verdict)
            return ["the run is not closed"];
        if (seen.WasSwapped)
            return [.. Stranger(seen, run), .. verdict == "PASS" ? Pass(seen, run) : []];
        IEnumerable<string> wrong = [.. HandsOff(seen, run), .. StateJudge.Wrong(seen, run), .. Backup(seen, run)];
        if (seen.Told is { } told && told != verdict)
            wrong = wrong.Append($"told was {told}, recorded is {verdict}");
        return verdict == "PASS" ? wrong.Concat(Pass(seen, run)) : wrong;
    }

    /// <summary>A unit that was put in for another in the middle of a run is touched only if the run's backup is its own.</summary>
    private static IEnumerable<string> Stranger(RunWitness seen, JsonElement run)
    {
        if (seen.Now.State.Number("touchedBelow11000") > 0)
            yield return "an erase or program went below 0x11000 of a unit swapped in";
        if (seen.Now.Touches > 0 && run.Text("backupSha256") != seen.Before.Sha256)
            yield return $"a unit swapped in was touched ({seen.Now.Touches} commands), and the backup is not its own";
    }

    /// <summary>Law 3.</summary>
    private static IEnumerable<string> HandsOff(RunWitness seen, JsonElement run)
    {
        int[] changed = [.. seen.Now.ChangedSince(seen.Before)];
        if (seen.Now.State.Number("touchedBelow11000") > 0)
            yield return "an erase or program went below 0x11000";
        if (changed.FirstOrDefault(sector => sector * CampaignImage.SectorBytes < CampaignImage.FirstWritable, -1) is >= 0 and var loader)
            yield return $"the loader changed at 0x{loader * CampaignImage.SectorBytes:X6}";
        bool isOwn = seen.Faults.Contains("rf-changed");
        if (!isOwn && !seen.WasDisturbed && changed.Contains(CampaignImage.RfSector / CampaignImage.SectorBytes))
            yield return "the RF sector changed";
        if (Outside(changed, run) is { } stray && seen.Now.State.Number("boots") == seen.Before.State.Number("boots"))
            yield return $"0x{stray * CampaignImage.SectorBytes:X6} changed, which no intent names";
    }

    /// <summary>The first changed sector that no committed intent covers (law 9). Applications may write where they like: asked only where none ran.</summary>
    private static int? Outside(int[] changed, JsonElement run)
    {
        (int Start, int End)[] intents = [.. run.GetProperty("intents").EnumerateArray()
            .Select(intent => (intent.Number("start"), intent.Number("start") + intent.Number("bytes")))];
        return changed.Where(sector => !intents.Any(range => Overlaps(sector, range.Item1, range.Item2))).Select(sector => (int?)sector).FirstOrDefault();
    }

    private static bool Overlaps(int sector, int start, int end) =>
        sector * CampaignImage.SectorBytes < end && (sector + 1) * CampaignImage.SectorBytes > start;

    /// <summary>Law 1: no erase or program without a whole, right backup in the vault.</summary>
    private static IEnumerable<string> Backup(RunWitness seen, JsonElement run)
    {
        string? backup = run.Text("backupSha256");
        bool touched = seen.Now.Touches > seen.Before.Touches;
        if (touched && backup is null)
            yield return "touched without a backup";
        if (backup is not null && backup != seen.Before.Sha256 && !seen.WasDisturbed && seen.Before.State.Number("boots") == seen.Now.State.Number("boots"))
            yield return $"the backup {backup[..8]} is not what the unit held ({seen.Before.Sha256[..8]})";
        if (seen.Before.Touches == 0 && touched && !seen.WasDisturbed
            && (seen.Now.State.Number("sectorsReadBeforeFirstTouch") < seen.Now.Sectors.Length || !seen.Now.State.Flag("wholeCrcBeforeFirstTouch")))
            yield return "touched before the whole flash was read and its CRC asked for";
    }

    /// <summary>A PASS means that the unit was seen to live with our image and configuration.</summary>
    private IEnumerable<string> Pass(RunWitness seen, JsonElement run)
    {
        UnitTruth now = seen.Now;
        if (!run.Is("state", "configured"))
            yield return "PASS in another state than configured";
        if (run.Text("backupSha256") is null)
            yield return "PASS without a backup";
        if (!now.ImageIsIn)
            yield return "PASS, but the image is not in the flash";
        if (!now.State.Flag("lastBootComplete") || !now.State.Flag("configAccepted"))
            yield return "PASS, but the unit does not live with its configuration";
        if (run.Text("mac")?.Replace(":", "", StringComparison.Ordinal) != now.State.Text("mac"))
            yield return $"PASS of {run.Text("mac")}, in the slot is {now.State.Text("mac")}";
        if (!now.State.Is("chip", "n"))
            yield return "PASS of another chip";
        if (!seen.WasDisturbed && !MayPass(seen.Faults))
            yield return "PASS of a sick unit";
        int allowed = image.End / CampaignImage.SectorBytes;
        int config = CampaignImage.ConfigSector / CampaignImage.SectorBytes;
        foreach (int sector in now.ChangedSince(seen.Before).Where(sector => sector >= allowed && sector != config))
            yield return $"PASS, but 0x{sector * CampaignImage.SectorBytes:X6} behind the image changed";
    }
}
