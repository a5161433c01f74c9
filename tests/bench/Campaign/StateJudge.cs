using System.Text.Json;

namespace ProvisionStation.Speed.Campaign;

/// <summary>Compares the state that is recorded of a unit with its true flash (law 9).</summary>
internal static class StateJudge
{
    /// <summary>What the simulator's vendor firmware rewrites at its first boot, the last swap sector of its store.</summary>
    private const int NoteSector = 0x1FF000 / CampaignImage.SectorBytes;

    /// <summary>What is wrong with the recorded state; nothing where it is true.</summary>
    /// <param name="seen">What the bench saw.</param>
    /// <param name="run">The closed run in <c>runs --json</c>.</param>
    public static IEnumerable<string> Wrong(RunWitness seen, JsonElement run)
    {
        bool wasTouched = seen.Now.Touches > seen.Before.Touches;
        return run.Text("state") switch
        {
            "untouched" when wasTouched => [$"untouched, but {seen.Now.Touches - seen.Before.Touches} erase and program commands came"],
            "untouched" => [],
            "erased" => [.. Begun(seen, run, wasTouched, isFirst: true)],
            "partly-written" => [.. Begun(seen, run, wasTouched, isFirst: false)],
            "written" or "configured" when !seen.Now.ImageIsIn && !seen.WasDisturbed => [$"{run.Text("state")}, but the image is not in"],
            "written" or "configured" => [],
            "restored" => [.. Restored(seen)],
            var other => [$"the state {other ?? "none"} is no state"],
        };
    }

    /// <summary>A write was begun and not finished.</summary>
    /// <remarks>A kill may come between an intent and its erase, and between the last write and the proof of it.</remarks>
    private static IEnumerable<string> Begun(RunWitness seen, JsonElement run, bool wasTouched, bool isFirst)
    {
        string state = run.Text("state")!;
        (string Purpose, int Start, int End)[] intents = [.. run.GetProperty("intents").EnumerateArray()
            .Where(intent => intent.Number("bytes") > 0)
            .Select(intent => (intent.Text("purpose") ?? "", intent.Number("start"), intent.Number("start") + intent.Number("bytes")))];
        if (intents.Length == 0)
            yield return $"{state}, but no intent names a range";
        // The next block is begun only after the one before it was erased; a unit that was swapped, pulled or dead by then is another matter.
        if (!wasTouched && intents.Length > 1 && !seen.WasDisturbed)
            yield return $"{state}, but no erase or program command came";
        if (isFirst && intents.Length > 1)
            yield return $"erased, but {intents.Length} blocks were begun";
        if (!isFirst && intents.Length == 1 && !wasTouched && !seen.WasDisturbed)
            yield return "partly-written, but no erase or program command came";
        bool isOfImage = intents.All(intent => intent.Purpose == "image");
        if (isOfImage && seen.Now.ImageIsIn && !seen.WasDisturbed && Passed(run, "verify"))
            yield return $"{state}, but the image is in, and was proved";
    }

    /// <summary>As it came, but for the loader and the RF sector, which are judged elsewhere.</summary>
    /// <remarks>A vendor's firmware writes into its store as soon as it runs.</remarks>
    private static IEnumerable<string> Restored(RunWitness seen)
    {
        if (seen.Original is not { } original)
        {
            yield return "restored, and nobody looked at what the unit came with";
            yield break;
        }

        bool hasBooted = seen.Now.State.Number("boots") > 0;
        foreach (int sector in seen.Now.ChangedSince(original).Where(sector => sector != CampaignImage.RfSector / CampaignImage.SectorBytes
            && sector >= CampaignImage.FirstWritable / CampaignImage.SectorBytes && !(hasBooted && sector == NoteSector)).Take(1))
            yield return $"restored, but 0x{sector * CampaignImage.SectorBytes:X6} is not as the unit came";
    }

    private static bool Passed(JsonElement run, string step) =>
        run.GetProperty("steps").EnumerateArray().Any(one => one.Is("step", step) && one.Is("verdict", "PASS"));
}
