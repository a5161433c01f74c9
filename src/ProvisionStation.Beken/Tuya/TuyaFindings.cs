namespace ProvisionStation.Beken.Tuya;

/// <summary>What a dump tells of the vendor's store. Holds no value of personal data.</summary>
/// <param name="Chip">By loader, RF sector, store and module, in this order; <see cref="ChipModel.Unknown"/> where nothing tells.</param>
/// <param name="ImageShift">Flash address of the dump's first byte: 0, or 0x11000 for a dump that was read from there.</param>
/// <param name="KeySectorOffset">Where in the file the key sector lies; null where it was not found.</param>
/// <param name="Mac">Twelve upper-case hex digits from the RF sector; null where there is none.</param>
/// <param name="Module">The vendor's module name, for example <c>CB2S</c>.</param>
/// <param name="Keys">Names of all values in the store, sorted.</param>
/// <param name="UserParamKey">The pin text's keys and values as stored, in their order; empty where there is none.</param>
/// <param name="UserParamKeyCrc">What the text's own checksum says.</param>
/// <param name="IsTuyaMcu">True for a module that only talks to a microcontroller: it has no pins to set.</param>
/// <param name="Pins">The pin map by P number.</param>
/// <param name="NotUnderstood">Keys of the pin text that no rule knows, in their order.</param>
/// <param name="SchemaKeys">Names of the product's schemas, for example <c>000004w0oh</c>.</param>
/// <param name="Warnings">What a person should know, as sentences; the refusals are among them.</param>
/// <param name="PersonalData">What personal data is there and where, never its value.</param>
public sealed record TuyaFindings(
    ChipModel Chip,
    uint ImageShift,
    uint? KeySectorOffset,
    string? Mac,
    string? Module,
    IReadOnlyList<string> Keys,
    IReadOnlyList<KeyValuePair<string, string>> UserParamKey,
    TuyaCrc UserParamKeyCrc,
    bool IsTuyaMcu,
    IReadOnlyList<TuyaPin> Pins,
    IReadOnlyList<string> NotUnderstood,
    IReadOnlyList<string> SchemaKeys,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> PersonalData)
{
    /// <summary>Why the pin map must not be used as it stands; with a refusal no pin is more than <see cref="PinConfidence.Unknown"/>.</summary>
    public IReadOnlyList<string> Refusals { get; init; } = [];

    /// <summary>Keys that give a pin a task which no rule knows: the map without them is not the whole map.</summary>
    public IReadOnlyList<string> UnmappedPins { get; init; } = [];

    /// <summary>Claims on a pin of the map by a later key; each is one of the refusals too.</summary>
    public IReadOnlyList<TuyaPin> RivalClaims { get; init; } = [];

    /// <summary>Start-up commands that belong to the pins, for example <c>PWMFrequency 1000</c>.</summary>
    public IReadOnlyList<string> Startup { get; init; } = [];

    /// <summary>What of those commands a person must look at first; the sentences are among the warnings.</summary>
    public IReadOnlyList<TuyaDoubt> StartupDoubts { get; init; } = [];

    /// <summary>The pin text as strict JSON, numbers as numbers; null where there is none.</summary>
    public string? UserParamKeyJson { get; init; }

    /// <summary>Version of the vendor's application as the store tells it; null where it does not.</summary>
    public string? VendorVersion { get; init; }

    /// <summary>The pin map on one line, for example <c>P6 TglChanOnTgl;1, P26 Rel;1</c>; null where there is none.</summary>
    public string? PinMapText => Pins.Count > 0
        ? string.Join(", ", Pins.Select(pin => $"P{pin.Pin} {pin.Text}"))
        : IsTuyaMcu ? "TuyaMCU, no pins" : null;
}
