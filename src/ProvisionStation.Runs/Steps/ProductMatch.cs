using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Beken.Tuya;
using ProvisionStation.Bench;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>Judges, from the backup alone and before anything is erased, whether the unit is the product of its lot, and what its pins are.</summary>
internal static class ProductMatch
{
    private const string Map = "pin-map";
    private const string MapOfLot = "pin-map-of-lot";
    private const string ApproveFirst = "--approve-first";
    private const string SortOut = "Sort the unit out: nothing was changed on it. Where the first unit of the lot was the odd one, open a new lot.";

    /// <summary>Looks at the backup and records what it tells, for every unit, refused ones too.</summary>
    public static async Task LookAsync(ActiveRun run, CancellationToken cancel)
    {
        (byte[] original, byte[] present) = await BackupsAsync(run, cancel);
        TuyaFindings store = TuyaExtraction.Extract(original);
        ObkDecoded? decoded = DecodeConfiguration(run, present);
        RecipeConfig? config = run.Recipe.Config;
        // Where the recipe writes a start-up command, what is doubtful in the unit's own one does not matter.
        IEnumerable<string> notTaken = config?.Startup.Length > 0 ? store.StartupDoubts.Select(doubt => doubt.Key) : [];
        IReadOnlyList<string> approve = [.. config?.Approve ?? [], .. notTaken];
        OwnPins pins = OwnPins.Of(store, decoded?.Config, approve);
        // What must agree over the lot is what the unit came with, not what an earlier run of ours has written.
        OwnPins came = OwnPins.Of(store, DecodeConfiguration(run, original)?.Config, approve);
        ChipIdentity identity = run.Identity!;
        UnitFingerprint fingerprint = UnitFingerprint.Of(original, identity.Model, identity.FlashId?.ToString("X6"), store);
        run.Findings = new BackupFindings(original, store, decoded?.Config, pins, ProductParts.Of(fingerprint, came.Map, came.Startup));
        await run.Record.AddClaimsAsync(Claims(run.Findings, decoded), cancel);
    }

    /// <summary>Judges what <see cref="LookAsync"/> found.</summary>
    /// <returns>Null where the unit may be converted; otherwise the verdict.</returns>
    public static async Task<StepOutcome?> JudgeAsync(ActiveRun run, CancellationToken cancel)
    {
        BackupFindings found = run.Findings!;
        RecipeConfig? config = run.Recipe.Config;
        if (config is null)
            return null;
        if (await RowAsync(run, cancel) is { } noRow)
            return noRow;
        if (await CompareAsync(run, await run.Agreement.ReadAsync(cancel), cancel) is { } early)
            return early;
        if (config.AsksUnit && found.Pins.Unreadable is { } unreadable)
            return Unknown(unreadable, found);
        if (config.AsksUnit && found.Pins.Refusals.Count > 0)
            return Unknown(string.Join("; ", found.Pins.Refusals), found);
        run.Sources = new UnitSources(config.AsksUnit ? found.Pins.Pins : null, run.Sources?.Row, found.Found, config.AsksUnit ? found.Pins.Startup : "");
        if (Impossible(run) is { } impossible)
            return impossible;
        // A BASIC loader that hears nothing while a person thinks would leave for the application.
        await using IAsyncDisposable awake = run.Bus.Session.KeepAlive();
        return config.From == PinSource.FirstArticle
            ? await run.Agreement.AloneAsync(() => FirstArticleAsync(run, cancel), cancel)
            : await UnapprovedOrAgreeAsync(run, "first unit of the lot", cancel);
    }

    /// <summary>The unit's original backup, and the one that holds its present configuration: a unit whose conversion
    /// did not end in PASS counts as it came.</summary>
    private static async Task<(byte[] Original, byte[] Present)> BackupsAsync(ActiveRun run, CancellationToken cancel)
    {
        IReadOnlyList<RunRecord> earlier = await run.Journal.RunsAsync(new RunQuery(Unit: run.UnitId, Most: 1000), cancel);
        List<RunRecord> touched = [.. earlier.Where(one => one.Closing is { State: > UnitState.Untouched } && BackupOf(one) is not null)];
        List<RunRecord> sincePass = [.. touched.TakeWhile(one => one.Closing!.Verdict != Verdict.Pass)];
        UnitBackup? original = await WriteBack.OriginalOfAsync(run, cancel);
        return (
            await ReadAsync(original is null || original.Run == run.Record.Id ? null : original.Sha256),
            await ReadAsync(sincePass.LastOrDefault() is { } present ? BackupOf(present) : null));

        async Task<byte[]> ReadAsync(string? sha256) => sha256 is null ? run.Backup! : await run.Vault.ReadAsync(sha256, cancel);
    }

    private static string? BackupOf(RunRecord run) => run.Closing!.BackupSha256 ?? run.Artifacts.FirstOrDefault(one => one.Kind == "backup")?.Sha256;

    private static ObkDecoded? DecodeConfiguration(ActiveRun run, byte[] backup) =>
        run.Layout is { } layout && backup.Length >= layout.ConfigSector.End.Value
            ? ObkConfigCodec.Decode(backup.AsSpan((int)layout.ConfigSector.Start.Value, (int)layout.ConfigSector.LengthBytes), run.Identity!.Model)
            : null;

    private static List<Claim> Claims(BackupFindings found, ObkDecoded? decoded)
    {
        List<Claim> claims =
        [
            .. found.Parts.Select(part => part.Value is { } value
                ? new Claim($"fingerprint-{part.Key}", value, ClaimSource.Derived)
                : new Claim($"fingerprint-{part.Key}", "not readable", ClaimSource.NotDone)),
            found.Pins.Unreadable is { } why
                ? new Claim(Map, $"not known: {why}", ClaimSource.NotDone)
                : new Claim(Map, found.Pins.Shown, ClaimSource.Derived),
        ];
        if (found.Store.PersonalData.Count > 0)
            claims.Add(new Claim("personal-data", $"the backup holds {string.Join(", ", found.Store.PersonalData)}; the values are shown nowhere", ClaimSource.Derived));
        if (decoded?.Config is { } config)
            claims.Add(new Claim("config-found", $"OpenBeken configuration version {decoded.Version}, number {config.ChangeCounter}, {PinMap.Text(config.Pins())}", ClaimSource.Derived));
        else if (decoded?.Version is not null)
            claims.Add(new Claim("config-found", $"not usable: {decoded.Rejection}", ClaimSource.Derived));
        return claims;
    }

    private static async Task<StepOutcome?> RowAsync(ActiveRun run, CancellationToken cancel)
    {
        if (run.Work.Units is not { } table)
            return null;
        string file = Path.GetFileName(table.File);
        if (run.Mac is null || !table.Rows.TryGetValue(run.Mac, out UnitRow? row))
            return NoRow($"{file} has no row for MAC {run.Mac ?? "not readable"}, {table.Rows.Count} others");
        if (await run.Agreement.TakeRowAsync(run.Mac, run.UnitId!.Value, cancel) is { } taken)
            return NoRow($"{file}, line {row.Line}: {taken}");
        run.Sources = new UnitSources(null, row, null);
        await run.ClaimAsync("unit-row", $"line {row.Line} of {file}, SHA-256 {table.Sha256}", ClaimSource.Entered, cancel);
        return null;
    }

    /// <summary>Compares every part that is set for the lot. Both maps are shown whatever it is that differs, the map first.</summary>
    private static async Task<StepOutcome?> CompareAsync(ActiveRun run, IReadOnlyDictionary<string, string> lot, CancellationToken cancel)
    {
        IReadOnlyDictionary<string, string?> here = run.Findings!.Parts;
        List<string> differ = [.. Required(run.Recipe.Config!).Where(part => lot.TryGetValue(part, out string? value) && here[part] != value)];
        if (differ.Count == 0)
            return null;
        if (lot.TryGetValue(ProductParts.Pins, out string? map))
            await run.ClaimAsync(MapOfLot, map, ClaimSource.Derived, cancel);
        return NotThisProduct(differ.Select(part => $"{part}: {here[part] ?? "not readable"} | {lot[part]}"));
    }

    /// <summary>What must agree over the lot, the map first: it is what a person understands. A start-up command of the unit's own is a part of
    /// what a person approves, where the recipe does not write one.</summary>
    private static IEnumerable<string> Required(RecipeConfig config)
    {
        string[] approved = config.From != PinSource.FirstArticle ? []
            : config.Startup.Length == 0 ? [ProductParts.Pins, ProductParts.Startup] : [ProductParts.Pins];
        return config.Same.Union(approved).OrderByDescending(part => part == ProductParts.Pins);
    }

    /// <summary>Makes the whole configuration now: what does not go together must not be found out after the erase.</summary>
    private static StepOutcome? Impossible(ActiveRun run)
    {
        if (run.Mac is null)
            return StepOutcome.Fail("mac-placeholder", "its MAC cannot be read, and its names are made from it", "Keep the unit apart; nothing was changed on it.");
        try
        {
            UnitConfiguration.For(run.Work, Convert.FromHexString(run.Mac!), run.Lot, run.UnitId!.Value, run.Record.Id, null, run.Sources);
            return null;
        }
        catch (ConfigurationException e)
        {
            return StepOutcome.Fail("pins-unknown", $"its configuration cannot be made: {e.Problem} (own map: {run.Findings!.Pins.Shown})", $"{e.Remedy.TrimEnd('.')}; nothing was changed on the unit.");
        }
    }

    /// <summary>Alone: compares with the approved map, or becomes it.</summary>
    private static async Task<StepOutcome?> FirstArticleAsync(ActiveRun run, CancellationToken cancel)
    {
        IReadOnlyDictionary<string, string> lot = await run.Agreement.ReadAsync(cancel);
        if (await CompareAsync(run, lot, cancel) is { } other)
            return other;
        if (lot.ContainsKey(ProductParts.Pins))
            return await AgreeAsync(run, "first unit of the lot", cancel);
        if (run.Recipe.Config!.Approved is { } approved)
        {
            string map = PinMap.Text(PinMap.TryParse(approved, out _)!);
            return map == run.Findings!.Pins.Map
                ? StartupNotApproved(run) ?? await AgreeAsync(run, "recipe", cancel)
                : await CompareAsync(run, new Dictionary<string, string> { [ProductParts.Pins] = map }, cancel);
        }

        return run.Agreement.ApprovesFirst
            ? await UnapprovedOrAgreeAsync(run, ApproveFirst, cancel)
            : await AskAsync(run, cancel);
    }

    /// <summary>A map that stands in the recipe says nothing of the start-up command that would come with it.</summary>
    private static StepOutcome? StartupNotApproved(ActiveRun run) => run.Findings!.Pins.Startup is { Length: > 0 } startup && run.Recipe.Config!.Startup.Length == 0
        ? StepOutcome.Fail(
            "pins-unknown",
            $"its pin map is the approved one, but nobody has approved the start-up command that goes with it: {startup}",
            "Write the start-up command as 'startup:' into the recipe, beside 'approved:'. Nothing was changed on the unit.")
        : null;

    private static async Task<StepOutcome?> AskAsync(ActiveRun run, CancellationToken cancel)
    {
        string shown = run.Findings!.Pins.Shown;
        bool? answer = await run.Agreement.ConfirmAsync(
            $"First article of lot {run.Lot}, slot {run.Bench.Slot.Number}, MAC {run.Mac}: {shown}{Open(run.Findings.Pins)}. Is this the pin map of the product? (yes/no)", cancel);
        const string how = "Run on a terminal and answer, write the map as 'approved:' into the recipe, or use --approve-first.";
        return answer switch
        {
            true => await OverrideAsync(run, "a person at the station", cancel),
            false => StepOutcome.Fail("pins-unknown", $"a person did not approve the first article's map: {shown}", "Put in a unit that is surely the product, or write its pins out in the recipe."),
            null => StepOutcome.Fail("pins-unknown", $"nobody could be asked to approve the first article's map: {shown}", how),
        };
    }

    private static string Open(OwnPins pins) => pins.Unapproved.Count == 0 ? "" : $"; NOT CERTAIN: {string.Join("; ", pins.Unapproved)}";

    private static Task<StepOutcome?> UnapprovedOrAgreeAsync(ActiveRun run, string approval, CancellationToken cancel) =>
        run.Recipe.Config!.AsksUnit && run.Findings!.Pins.Unapproved.Count > 0
            ? Task.FromResult<StepOutcome?>(Unknown(string.Join("; ", run.Findings.Pins.Unapproved), run.Findings))
            : approval == ApproveFirst ? OverrideAsync(run, approval, cancel) : AgreeAsync(run, approval, cancel);

    /// <summary>What a person approved is a fact of the ledger before it is the lot's.</summary>
    private static async Task<StepOutcome?> OverrideAsync(ActiveRun run, string approval, CancellationToken cancel)
    {
        await run.Agreement.OverrideAsync(run.Record.Id, approval, run.Record.Operator, run.Findings!.Pins.Shown, cancel);
        return await AgreeAsync(run, approval, cancel);
    }

    /// <summary>Sets what no unit has set yet, and compares once more: another slot may have been first.</summary>
    private static async Task<StepOutcome?> AgreeAsync(ActiveRun run, string approval, CancellationToken cancel)
    {
        IReadOnlyList<(string, string)> parts =
            [.. Required(run.Recipe.Config!).Where(part => run.Findings!.Parts[part] is not null).Select(part => (part, run.Findings!.Parts[part]!))];
        if (parts.Count == 0)
            return null;
        return await CompareAsync(run, await run.Agreement.SetAsync(run.Record.Id, approval, parts, cancel), cancel);
    }

    private static StepOutcome NotThisProduct(IEnumerable<string> differences) => StepOutcome.Fail(
        "not-this-product", $"not the product of this lot (this unit | the lot): {string.Join("; ", differences)}", SortOut);

    private static StepOutcome Unknown(string why, BackupFindings found) => StepOutcome.Fail(
        "pins-unknown",
        $"{why}{(found.Store.NotUnderstood.Count == 0 ? "" : $" (keys not understood: {string.Join(", ", found.Store.NotUnderstood)})")}",
        "Look at its backup with 'tuya extract'; then approve the keys in the recipe ('approve:'), or write the pins out. Nothing was changed on the unit.");

    private static StepOutcome NoRow(string detail) =>
        StepOutcome.Fail("no-unit-row", detail, "Add the unit to the table of the recipe's 'units:', or sort it out; nothing was changed on it.");
}
