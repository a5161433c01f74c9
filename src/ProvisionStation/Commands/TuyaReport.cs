using System.Text.Json.Nodes;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Beken.Tuya;
using ProvisionStation.Live;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Commands;

/// <summary>What a unit's dump tells, as lines for a person and as JSON for a script.</summary>
internal static class TuyaReport
{
    /// <summary>Writes what a person wants to know, the pins last.</summary>
    public static void Write(UnitDump unit)
    {
        TuyaFindings found = unit.Store;
        Row("chip", unit.Chip == ChipModel.Unknown ? "not known" : unit.Chip.ToString());
        Row("module", found.Module ?? "not known");
        Row("MAC", found.Mac ?? "not in the file");
        Row("store", StoreOf(found));
        Row("vendor", found.VendorVersion ?? "version not in the store");
        Row("schema", found.SchemaKeys.Count == 0 ? "none" : string.Join(", ", found.SchemaKeys));
        Row("pin text", CrcOf(found));
        Row("personal", found.PersonalData.Count == 0 ? "none found" : string.Join(", ", found.PersonalData));
        if (found.Startup.Count > 0)
            Row("start-up", string.Join("; ", found.Startup));
        if (found.NotUnderstood.Count > 0)
            Row("unknown", string.Join(", ", found.NotUnderstood));
        foreach (string warning in found.Warnings)
            Row("WARNING", warning);
        foreach (TuyaPin pin in found.Pins)
            Row($"P{pin.Pin}", $"{pin.Text,-16} {pin.Confidence.ToString().ToLowerInvariant(),-8} {PinWords.Of(pin)}, by {pin.Key}");
        if (found.Pins.Count == 0)
            Row("pins", found.IsTuyaMcu ? "none: a TuyaMCU device, its module has no pins to set" : "none in the vendor's store");
        if (unit.Obk is { } obk)
            Row("OBK", OfObk(obk));
        Row("taken", OfTaken(unit));
        foreach (string refusal in unit.Taken.Refusals)
            Row("REFUSED", refusal);
        foreach (string open in ToApprove(unit))
            Row("approve", open);
    }

    /// <summary>The form that scripts rely on.</summary>
    /// <remarks><c>imageShift</c> is file offset less flash address: 0, or -69632 for a dump that was read from 0x11000.
    /// <c>taken</c> is what <c>from: unit</c> takes with nothing approved; what needs approval, or <c>refusals</c>, keeps the
    /// unit from being converted.</remarks>
    public static JsonObject ToJson(UnitDump unit)
    {
        TuyaFindings found = unit.Store;
        return new JsonObject
        {
            ["chip"] = unit.Chip == ChipModel.Unknown ? null : unit.Chip.ToString(),
            ["imageShift"] = -(long)found.ImageShift,
            ["keySectorOffset"] = found.KeySectorOffset,
            ["mac"] = found.Mac,
            ["module"] = found.Module,
            ["keys"] = Texts(found.Keys),
            ["userParamKey"] = found.UserParamKeyJson is { } text ? JsonNode.Parse(text) : new JsonObject(),
            ["userParamKeyCrc"] = found.UserParamKeyCrc.ToString().ToLowerInvariant(),
            ["tuyaMcu"] = found.IsTuyaMcu,
            ["pins"] = new JsonArray([.. found.Pins.Select(PinJson)]),
            ["rivalClaims"] = new JsonArray([.. found.RivalClaims.Select(PinJson)]),
            ["startup"] = Texts(found.Startup),
            ["notUnderstood"] = Texts(found.NotUnderstood),
            ["schemaKeys"] = Texts(found.SchemaKeys),
            ["vendorVersion"] = found.VendorVersion,
            ["refusals"] = Texts(found.Refusals),
            ["warnings"] = Texts(found.Warnings),
            ["personalData"] = Texts(found.PersonalData),
            ["obkPins"] = ObkPins(unit.Obk?.Config?.Pins() ?? new Dictionary<int, ObkPin>()),
            ["taken"] = new JsonObject
            {
                ["from"] = unit.TakenFrom,
                ["pins"] = ObkPins(unit.Taken.Pins),
                ["startup"] = unit.Taken.Startup,
                ["needsApproval"] = Texts(ToApprove(unit)),
                ["why"] = unit.Taken.Unreadable,
            },
        };
    }

    private static JsonNode PinJson(TuyaPin pin) => new JsonObject
    {
        ["pin"] = pin.Pin,
        ["role"] = pin.Role,
        ["channel"] = pin.Channel,
        ["channel2"] = pin.Channel2,
        ["key"] = pin.Key,
        ["confidence"] = pin.Confidence.ToString().ToLowerInvariant(),
    };

    private static JsonArray ObkPins(IReadOnlyDictionary<int, ObkPin> pins) => new([.. pins.OrderBy(pin => pin.Key).Select(pin => new JsonObject
    {
        ["pin"] = pin.Key,
        ["role"] = ObkPinRole.NameOf(pin.Value.Role) is { } name ? name : pin.Value.Role,
        ["channel"] = pin.Value.Channel,
        ["channel2"] = pin.Value.Channel2,
    })]);

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static string StoreOf(TuyaFindings found)
    {
        string where = found.KeySectorOffset is { } offset ? $"key sector at file offset 0x{offset:X6}" : "no key sector";
        return found.Keys.Count == 0 ? where : $"{where}; {string.Join(", ", found.Keys)}";
    }

    private static string CrcOf(TuyaFindings found) => found.UserParamKeyCrc switch
    {
        TuyaCrc.Ok => "checksum right",
        TuyaCrc.Bad => "CHECKSUM WRONG",
        _ => found.UserParamKey.Count == 0 ? "none" : "no checksum",
    };

    private static string OfObk(ObkDecoded obk) => obk.Config is { } config
        ? $"configuration version {obk.Version}, number {config.ChangeCounter}: {PinMap.Text(config.Pins())}"
        : $"not usable: {obk.Rejection}";

    private static string OfTaken(UnitDump unit)
    {
        if (unit.Taken.Unreadable is { } why)
            return $"'from: unit' takes nothing: {why}";
        string source = unit.HasObkPins ? "the OpenBeken configuration, which comes before the vendor's store" : "the vendor's user_param_key";
        string startup = unit.HasObkPins
            ? unit.Obk!.Config!.StartupCommand.Length > 0 ? "; its start-up command does not come along" : ""
            : unit.Taken.Startup.Length > 0 ? $"; start-up command: {unit.Taken.Startup}" : "";
        return $"'from: unit' takes {PinMap.Text(unit.Taken.Pins)}, from {source}{startup}";
    }

    private static IEnumerable<string> ToApprove(UnitDump unit) => unit.Taken.Unapproved.Except(unit.Taken.Refusals);

    private static void Row(string name, string what) => Console.WriteLine($"{name,-8} {Printable.Of(what)}");
}
