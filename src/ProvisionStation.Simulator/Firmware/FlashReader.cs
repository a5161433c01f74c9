namespace ProvisionStation.Simulator.Firmware;

/// <summary>What chip and loader make of the flash, whoever wrote it.</summary>
internal static class FlashReader
{
    /// <summary>
    /// What the unit would run. The trailer says how long the body is: groups up to there must have a right CRC-16 and none may be
    /// blank, the body must be the one that the trailer speaks of, the unit's own key must give the vector marks, and OpenBeken must
    /// have been built for this chip. Assumed: the real loader's own check of the trailer has not been seen.
    /// </summary>
    public static Application Examine(ReadOnlySpan<byte> flash, SimChip chip, SimKey key)
    {
        ReadOnlySpan<byte> partition = flash.Slice(ChipFacts.LoaderBytes, ChipFacts.PartitionGroups * CodeGroups.GroupBytes);
        if (CodeGroups.IsBlank(partition))
            return No("no application: blank at 0x11000");
        KeyStream stream = KeyStream.Of(key);
        if (!ApplicationBody.HasVectors(CodeGroups.Read(partition, CodeGroups.CodeBytes, ChipFacts.ApplicationAddress, stream)))
            return No("no vectors under this unit's key");

        int right = CountRightGroups(partition);
        int trailer = FindTrailer(partition, right);
        if (trailer < 0)
            return No($"wrong CRC-16 at 0x{ChipFacts.LoaderBytes + (right * CodeGroups.GroupBytes):X}");
        if (RblHeader.Read(partition[trailer..]) is not { } mark || mark.Length < 0x200 || mark.Length > right * CodeGroups.CodeBytes)
            return No($"the application ends too early, at 0x{ChipFacts.LoaderBytes + (right * CodeGroups.GroupBytes):X}");

        byte[] body = CodeGroups.Read(partition, mark.Length, ChipFacts.ApplicationAddress, stream);
        if (Crc32.Of(body) != mark.BodyCrc)
            return No("the trailer speaks of another body");
        if (ApplicationBody.FindOpenBeken(body) is not { } openBeken)
            return new Application(true, false, null, null, null);
        string name = ChipFacts.Of(chip).Name;
        string? whyNot = openBeken.Chip == name ? null : $"OpenBeken for {openBeken.Chip} on a {name}";
        return new Application(whyNot is null, true, openBeken.Version, openBeken.Chip, whyNot);
    }

    /// <summary>The MAC of the RF sector at the chip's address; null where it is lost. A BK7238 may have it at either of two.</summary>
    public static byte[]? Mac(ReadOnlySpan<byte> flash, SimChip chip)
    {
        ChipFacts facts = ChipFacts.Of(chip);
        return RfSector.Mac(flash.Slice(facts.RfSector, ChipFacts.SectorBytes))
            ?? RfSector.Mac(flash.Slice(facts.VendorRfSector, ChipFacts.SectorBytes));
    }

    /// <summary>Right groups from the start on, up to the first blank or broken one or to the first trailer among them.</summary>
    private static int CountRightGroups(ReadOnlySpan<byte> partition)
    {
        int group = 0;
        for (; partition.Length > 0 && CodeGroups.IsRight(partition); partition = partition[CodeGroups.GroupBytes..], group++)
        {
            if (partition[0] == (byte)'R' && RblHeader.Read(partition) is not null)
                return group;
        }
        return group;
    }

    /// <summary>
    /// Offset of the trailer: behind the right groups, or, with nothing but blank flash in between, at the end of the partition
    /// (the vendor's application fills less than its partition). Less than 0 where something else follows the right groups.
    /// </summary>
    private static int FindTrailer(ReadOnlySpan<byte> partition, int right)
    {
        int next = right * CodeGroups.GroupBytes;
        int last = partition.Length - RblHeader.PhysicalBytes;
        if (next >= last || RblHeader.Read(partition[next..]) is not null)
            return Math.Min(next, last);
        return partition[next..last].ContainsAnyExcept((byte)0xFF) ? -1 : last;
    }

    private static Application No(string whyNot) => new(false, false, null, null, whyNot);
}
