using System.Text.Json.Nodes;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Tuya;
using ProvisionStation.Live;

namespace ProvisionStation.Commands;

/// <summary>Findings of a vendor's store, as lines for a person and as JSON for a script.</summary>
internal static class TuyaReport
{
    /// <summary>Writes what a person wants to know, the pins last.</summary>
    public static void Write(TuyaFindings found)
    {
        Row("chip", found.Chip == ChipModel.Unknown ? "not known" : found.Chip.ToString());
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
            Row("pins", found.IsTuyaMcu ? "none: a TuyaMCU device, its module has no pins to set" : "none");
    }

    /// <summary>The form that scripts rely on.</summary>
    /// <remarks><c>imageShift</c> is file offset less flash address: 0, or -69632 for a dump that was read from 0x11000.</remarks>
    public static JsonObject ToJson(TuyaFindings found) => new()
    {
        ["chip"] = found.Chip == ChipModel.Unknown ? null : found.Chip.ToString(),
        ["imageShift"] = -(long)found.ImageShift,
        ["keySectorOffset"] = found.KeySectorOffset,
        ["mac"] = found.Mac,
        ["module"] = found.Module,
        ["keys"] = Texts(found.Keys),
        ["userParamKey"] = found.UserParamKeyJson is { } text ? JsonNode.Parse(text) : new JsonObject(),
        ["userParamKeyCrc"] = found.UserParamKeyCrc.ToString().ToLowerInvariant(),
        ["tuyaMcu"] = found.IsTuyaMcu,
        ["pins"] = new JsonArray([.. found.Pins.Select(PinJson)]),
        ["startup"] = Texts(found.Startup),
        ["notUnderstood"] = Texts(found.NotUnderstood),
        ["schemaKeys"] = Texts(found.SchemaKeys),
        ["vendorVersion"] = found.VendorVersion,
        ["refusals"] = Texts(found.Refusals),
        ["warnings"] = Texts(found.Warnings),
        ["personalData"] = Texts(found.PersonalData),
    };

    private static JsonNode PinJson(TuyaPin pin) => new JsonObject
    {
        ["pin"] = pin.Pin,
        ["role"] = pin.Role,
        ["channel"] = pin.Channel,
        ["channel2"] = pin.Channel2,
        ["key"] = pin.Key,
        ["confidence"] = pin.Confidence.ToString().ToLowerInvariant(),
    };

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

    private static void Row(string name, string what) => Console.WriteLine($"{name,-8} {Printable.Of(what)}");
}
