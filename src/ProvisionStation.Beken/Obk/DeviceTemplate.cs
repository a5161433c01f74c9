namespace ProvisionStation.Beken.Obk;

/// <summary>One device of a template file, as a station can use it.</summary>
/// <param name="Vendor">Who sells it; empty where the file does not say.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Model">Its model; empty where the file does not say.</param>
/// <param name="Chip">The chip as the file names it; null where it does not.</param>
/// <param name="Pins">Role and channels by P number. Empty for devices whose own controller does the work (TuyaMCU).</param>
/// <param name="Startup">Commands to run at every boot; null for none.</param>
/// <param name="Flags">Every flag of the template's flag word, lowest first. A template without a flag word has OpenBeken's default, flag 10.</param>
/// <param name="Problems">Why it cannot be used, one sentence each; empty: it can.</param>
public sealed record DeviceTemplate(
    string Vendor,
    string Name,
    string Model,
    string? Chip,
    IReadOnlyDictionary<int, ObkPin> Pins,
    string? Startup,
    IReadOnlyList<int> Flags,
    IReadOnlyList<string> Problems)
{
    /// <summary>Its place in the file, from 1: what tells it from others with the same names.</summary>
    public int Number { get; init; }

    /// <summary>The module it is built on; empty where the file does not say.</summary>
    public string Board { get; init; } = "";

    /// <summary>The chip for this station; unknown where the file names none or one it does not know.</summary>
    public ChipModel ChipModel => DeviceTemplates.ChipOf(Chip);

    /// <summary>What a person should know before using it, one sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}
