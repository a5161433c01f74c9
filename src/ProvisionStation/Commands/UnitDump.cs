using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Beken.Tuya;
using ProvisionStation.Bench;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Commands;

/// <summary>What a dump of a unit tells: the vendor's store, an OpenBeken configuration, and what <c>from: unit</c> would take of the two.</summary>
/// <param name="Bytes">The dump.</param>
/// <param name="Store">What the vendor's store in it tells.</param>
/// <param name="Obk">The configuration where the unit's chip keeps it; null where nothing begins like one. Holds secrets.</param>
/// <param name="Taken">The pins a station would take, with nothing approved.</param>
internal sealed record UnitDump(byte[] Bytes, TuyaFindings Store, ObkDecoded? Obk, OwnPins Taken)
{
    /// <summary>The pins come from the OpenBeken configuration.</summary>
    public const string FromObk = "obk";

    /// <summary>The pins come from the vendor's own text.</summary>
    public const string FromVendor = "user_param_key";

    private const int SectorBytes = 4096;
    private const int PatternBytes = 16;
    private const int PatternTimes = 16;

    /// <summary>The chip by the store's findings, else by the configuration.</summary>
    public ChipModel Chip => Store.Chip == ChipModel.Unknown ? Obk?.Config?.Chip ?? ChipModel.Unknown : Store.Chip;

    /// <summary>True where the configuration has pins, which come before the vendor's.</summary>
    public bool HasObkPins => Obk?.Config?.Pins().Count > 0;

    /// <summary>Where the pins would be taken from; null where none can be.</summary>
    public string? TakenFrom => HasObkPins ? FromObk : Taken.Unreadable is null ? FromVendor : null;

    /// <summary>Looks through a dump.</summary>
    /// <param name="bytes">The dump.</param>
    /// <param name="name">The name errors use.</param>
    /// <exception cref="ConfigurationException">The bytes are no flash at all, whatever was in it.</exception>
    public static UnitDump Of(byte[] bytes, string name)
    {
        TuyaFindings store = TuyaExtraction.Extract(bytes);
        ObkDecoded? obk = ObkDump.Find(bytes, store.Chip)?.Found;
        if (store is { Chip: ChipModel.Unknown, Mac: null, KeySectorOffset: null, Keys.Count: 0, UserParamKey.Count: 0 } && obk?.Config is null
            && WhyNoFlash(bytes) is { } why)
            throw new ConfigurationException(name, null, null, why, "Give a dump of a unit's flash, or the part of one that holds the vendor's store.");
        return new UnitDump(bytes, store, obk, OwnPins.Of(store, obk?.Config, []));
    }

    /// <summary>A flash without anything that tells its chip is still known by what is erased: 0xFF, or what that looks like in a scrambled store.</summary>
    private static string? WhyNoFlash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < SectorBytes)
            return $"{bytes.Length} bytes are too few for a dump: one sector of flash has {SectorBytes}";
        if (!bytes.ContainsAnyExcept((byte)0))
            return "the file holds nothing but zeros, so the reading of the flash went wrong";
        if (!bytes.ContainsAnyInRange((byte)0, (byte)8) && !bytes.Contains((byte)0xFF))
            return "the file is text, no dump of a flash";
        return HasErased(bytes) ? null : "no dump of a flash: nothing in the file is known, and nowhere is it erased";
    }

    private static bool HasErased(ReadOnlySpan<byte> bytes)
    {
        int times = 0;
        for (int at = PatternBytes; at + PatternBytes <= bytes.Length; at += PatternBytes)
        {
            ReadOnlySpan<byte> block = bytes.Slice(at, PatternBytes);
            times = block.ContainsAnyExcept((byte)0) && block.SequenceEqual(bytes.Slice(at - PatternBytes, PatternBytes)) ? times + 1 : 0;
            if (times == PatternTimes)
                return true;
        }

        return false;
    }
}
