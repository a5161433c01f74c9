using System.Globalization;
using ProvisionStation.Simulator.Faults;
using ProvisionStation.Simulator.Firmware;

namespace ProvisionStation.Simulator.Modules;

/// <summary>How a unit leaves its vendor: everything that is settled before it comes into a slot.</summary>
/// <param name="Serial">Its serial number: decimal, or any word.</param>
/// <param name="Chip">Its chip.</param>
/// <param name="Faults">What is wrong with it.</param>
internal sealed record UnitBirth(string Serial, ModuleFacts Chip, IReadOnlyList<Fault> Faults)
{
    /// <summary>Legacy N and T firmware without an RF sector. Source: OpenBeken sheet section 7.</summary>
    private static readonly byte[] Placeholder = [0xC8, 0x47, 0x8C, 0x00, 0x00, 0x00];

    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>What the vendor sold it as.</summary>
    public VendorProduct Product { get; init; } = VendorProduct.Plug;

    /// <summary>The MAC somebody gave it; null: its own.</summary>
    public byte[]? GivenMac { get; init; }

    /// <summary>The key in its eFuse.</summary>
    public SimKey Key => Has(FaultKind.WrongKey) ? SimKey.Foreign : Chip.Key;

    /// <summary>Its MAC: a Tuya prefix and the serial number, the placeholder, or one that it was given.</summary>
    public byte[] Mac
    {
        get
        {
            if (Has(FaultKind.PlaceholderMac))
                return [.. Placeholder];
            if (GivenMac is not null)
                return [.. GivenMac];
            uint low = Number;
            return [0xD8, 0x1F, 0x12, (byte)(low >> 16), (byte)(low >> 8), (byte)low];
        }
    }

    /// <summary>Reads <c>SERIAL [fault…]</c>; among the faults may stand <c>chip=…</c>, <c>product=…</c> and <c>mac=…</c>.</summary>
    /// <exception cref="FormatException">A word is not known.</exception>
    public static UnitBirth Parse(IReadOnlyList<string> words, ModuleFacts usual)
    {
        if (words.Count == 0 || words[0].Length is 0 or > 40 || !words[0].All(char.IsAsciiLetterOrDigit))
            throw new FormatException("a unit is SERIAL [fault…]; SERIAL is up to 40 letters and digits");
        ModuleFacts chip = usual;
        VendorProduct product = VendorProduct.Plug;
        byte[]? mac = null;
        List<Fault> faults = [];
        foreach (string word in words.Skip(1))
        {
            if (word.StartsWith("chip=", StringComparison.Ordinal))
                chip = ModuleFacts.Parse(word["chip=".Length..]);
            else if (word.StartsWith("product=", StringComparison.Ordinal))
                product = VendorProduct.Parse(word["product=".Length..]);
            else if (word.StartsWith("mac=", StringComparison.Ordinal))
                mac = word.Length == 16 && word.AsSpan(4).IndexOfAnyExcept(HexDigits) < 0
                    ? Convert.FromHexString(word.AsSpan(4))
                    : throw new FormatException($"'{word}' must be mac= and twelve hex digits");
            else
                faults.Add(FaultWords.Parse(word));
        }

        return new UnitBirth(words[0], chip, faults) { Product = product, GivenMac = mac };
    }

    /// <summary>The whole flash as the vendor filled it.</summary>
    public byte[] Flash(ulong seed) => VendorFlash.Build(Chip.Chip, Key, Mac, Seed(seed), Product);

    /// <summary>A seed of this unit's own; the same for the same serial number and bench seed.</summary>
    public ulong Seed(ulong seed) => ((seed * 0x9E3779B97F4A7C15) ^ Number) * 0xD1342543DE82EF95;

    private uint Number
    {
        get
        {
            if (uint.TryParse(Serial, NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
                return number;
            uint hash = 2166136261;
            foreach (char letter in Serial)
                hash = (hash ^ letter) * 16777619;
            return hash;
        }
    }

    private bool Has(FaultKind kind) => Faults.Any(fault => fault.Kind == kind);
}
