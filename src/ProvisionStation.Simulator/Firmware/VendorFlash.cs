namespace ProvisionStation.Simulator.Firmware;

/// <summary>A unit as it comes from the vendor.</summary>
internal static class VendorFlash
{
    /// <summary>Three fifths of the application's partition hold code, a multiple of 32; the rest is blank up to the trailer.</summary>
    private const int BodyBytes = 0x108700 / 160 * 96;

    /// <summary>The store's last swap sector stands for all that a vendor's firmware rewrites while it runs (assumed: no log of such writes is
    /// published). What lies there is an older copy: the values stay readable.</summary>
    private const int NoteSector = 0x1FF000;

    /// <summary>Clears one more bit of the note: programming without an erase.</summary>
    public static void NoteStart(Span<byte> flash)
    {
        Span<byte> note = flash.Slice(NoteSector, ChipFacts.SectorBytes);
        int at = note.IndexOfAnyExcept((byte)0x00);
        if (at >= 0)
            note[at] &= (byte)(note[at] - 1);
    }

    /// <summary>
    /// The whole flash, 2 MiB. The loader is the same in every unit of a chip and key, the application in every unit of a product;
    /// RF calibration, MAC and the vendor's store are this unit's own, by <paramref name="seed"/>.
    /// </summary>
    public static byte[] Build(SimChip chip, SimKey key, byte[] mac, ulong seed, VendorProduct? product = null)
    {
        product ??= VendorProduct.Plug;
        ChipFacts facts = ChipFacts.Of(chip);
        byte[] flash = new byte[ChipFacts.FlashBytes];
        flash.AsSpan().Fill(0xFF);
        LoaderRegion.Write(flash, chip, key);

        Span<byte> partition = flash.AsSpan(ChipFacts.LoaderBytes, ChipFacts.PartitionGroups * CodeGroups.GroupBytes);
        byte[] body = ApplicationBody.Vendor(chip, BodyBytes, product.Seed);
        CodeGroups.Write(body, ChipFacts.ApplicationAddress, KeyStream.Of(key), partition);
        RblHeader.Write(partition[^RblHeader.PhysicalBytes..], "app", product.Version, body);

        RfSector.Write(flash.AsSpan(facts.VendorRfSector, ChipFacts.SectorBytes), chip, mac, seed);
        TuyaStore.Write(flash, chip, product, seed);
        return flash;
    }
}
