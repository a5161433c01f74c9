using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Beken.Images;

namespace ProvisionStation.Beken.Tuya;

/// <summary>Where a dump begins and which chip it comes from.</summary>
internal static class TuyaPlace
{
    /// <summary>Flash address of the key sector on BK7231. Source: 24 public dumps.</summary>
    public const uint KeySector = 0x1EE000;

    /// <summary>Shortest dump of a whole flash.</summary>
    public const int WholeFlash = 0x200000;

    private const uint Shifted = 0x11000;

    /// <summary>Flash address of the dump's first byte: 0x11000 where key sector, RF table or loader say so, else 0.</summary>
    /// <remarks>A T's loader, asked for a whole flash from 0x11000 on, wraps round: two of the public dumps are like that.</remarks>
    public static uint ShiftOf(ReadOnlySpan<byte> dump, TuyaStore? store)
    {
        if (dump.Length < WholeFlash)
            return 0;
        if (store?.KeySectorOffset is { } key)
            return key == KeySector - Shifted ? Shifted : 0;
        return RfAt(dump, 0) is null && LoaderAt(dump, 0) is null && (RfAt(dump, Shifted) is not null || LoaderAt(dump, Shifted) is not null) ? Shifted : 0;
    }

    /// <summary>File offset of a flash address; the dump wraps round.</summary>
    public static int OffsetOf(ReadOnlySpan<byte> dump, uint address, uint shift) => (int)((address + (uint)dump.Length - shift) % (uint)dump.Length);

    /// <summary>The bytes at a flash address, cut at the file's end.</summary>
    public static ReadOnlySpan<byte> At(ReadOnlySpan<byte> dump, uint address, uint shift, int length)
    {
        if (dump.Length < WholeFlash || address >= dump.Length)
            return default;
        int offset = OffsetOf(dump, address, shift);
        return dump.Slice(offset, Math.Min(length, dump.Length - offset));
    }

    /// <summary>The RF table of a whole dump and the chip it lies on; null where there is none.</summary>
    public static (RfPartition Table, ChipModel Chip)? RfAt(ReadOnlySpan<byte> dump, uint shift)
    {
        foreach (ChipModel chip in (ReadOnlySpan<ChipModel>)[ChipModel.BK7231N, ChipModel.BK7231T])
        {
            FlashAddress start = FlashLayout.Of(chip)!.RfSector.Start;
            if (RfPartition.Parse(At(dump, start.Value, shift, TuyaSector.Bytes), start) is { } table)
                return (table, chip);
        }

        return null;
    }

    /// <summary>The loader's chip: by the CRC of a known loader, else by the first bytes of all public dumps; null for another loader.</summary>
    public static ChipModel? LoaderAt(ReadOnlySpan<byte> dump, uint shift)
    {
        ReadOnlySpan<byte> loader = At(dump, 0, shift, 0x101);
        if (loader.Length < 0x101)
            return null;
        // The N counts the end of (0, 0x100) in, the others do not.
        if ((KnownLoaders.Find(Crc32.Of(loader)) ?? KnownLoaders.Find(Crc32.Of(loader[..0x100]))) is { } known)
            return known.Model;
        return Convert.ToHexString(loader[..4]) switch
        {
            "690CB596" => ChipModel.BK7231N,
            "4309B596" or "7814B596" => ChipModel.BK7231T,
            _ => null,
        };
    }

    /// <summary>The chip, by loader, RF sector, store and module, in this order.</summary>
    public static ChipModel ChipOf(ReadOnlySpan<byte> dump, uint shift, TuyaStore? store, string? system, string? module)
    {
        ChipModel chip = LoaderAt(dump, shift) ?? RfAt(dump, shift)?.Chip ?? BySystem(system) ?? ByKey(store) ?? ByModule(module) ?? ChipModel.Unknown;
        bool hasZeroKey = chip == ChipModel.BK7231N
            && ApplicationCode.KeyByVectors(At(dump, FlashLayout.WriteFloor.Value, shift, CodeGroups.GroupBytes)) == KeyClass.Zero;
        return hasZeroKey ? ChipModel.BK7231M : chip;
    }

    private static ChipModel? BySystem(string? system) => system switch
    {
        "bk7231n" => ChipModel.BK7231N,
        "BK7231S_2M" => ChipModel.BK7231T,
        _ => null,
    };

    /// <summary>The device key is the same on every T; a store that opens with another is an N's.</summary>
    private static ChipModel? ByKey(TuyaStore? store)
    {
        if (store is null)
            return null;
        return store.Key.Key.AsSpan().SequenceEqual(TuyaCipher.ConstantKeyOfT) ? ChipModel.BK7231T : ChipModel.BK7231N;
    }

    private static ChipModel? ByModule(string? module) => module?.ToUpperInvariant() switch
    {
        ['C', 'B', ..] or ['T', '3', '4', ..] or ['T', '2', ..] => ChipModel.BK7231N,
        ['W', _, 'R' or 'D', ..] => null,
        ['W', ..] => ChipModel.BK7231T,
        _ => null,
    };
}
