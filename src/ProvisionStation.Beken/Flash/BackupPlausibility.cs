namespace ProvisionStation.Beken.Flash;

/// <summary>Says whether a backup can be what a unit's flash holds (law 1).</summary>
public static class BackupPlausibility
{
    /// <summary>Not all 00 or FF, a loader, an RF table with a MAC where the chip has it, not shifted.</summary>
    /// <remarks>Chips that are only backed up keep their RF sector in more than one place (BK7238: stock 0x1E3000, OpenBeken 0x1E0000; BK7252:
    /// 0x1E0000 or the end of 4 MiB), so no table is asked of them.</remarks>
    /// <returns>Null where it is plausible; otherwise what is wrong, with the byte or address behind it.</returns>
    public static string? Check(ReadOnlySpan<byte> backup, ChipModel chip)
    {
        if (backup.Length == 0)
            return "the backup is empty";
        if (!backup.ContainsAnyExcept((byte)0x00) || !backup.ContainsAnyExcept((byte)0xFF))
            return $"all {backup.Length} bytes of the backup are 0x{backup[0]:X2}";
        if (ShiftOf(backup) is { } shift)
            return $"the backup is shifted: {shift}, so it was read from {FlashLayout.WriteFloor} instead of 0";
        ReadOnlySpan<byte> loader = backup[..(int)Math.Min(backup.Length, FlashLayout.WriteFloor.Value)];
        if (!loader.ContainsAnyExcept(loader[0]))
            return $"all bytes of the boot loader's area, 0 to {FlashLayout.WriteFloor}, are 0x{loader[0]:X2}";
        return chip is ChipModel.BK7231N or ChipModel.BK7231M or ChipModel.BK7231T ? CheckRf(backup, FlashLayout.Of(chip)!.RfSector) : null;
    }

    private static string? CheckRf(ReadOnlySpan<byte> backup, FlashRange rf)
    {
        if (backup.Length < rf.End.Value)
            return $"the backup has {backup.Length} bytes and ends before the RF sector at {rf.Start}";
        ReadOnlySpan<byte> sector = backup.Slice((int)rf.Start.Value, (int)rf.LengthBytes);
        if (RfPartition.Parse(sector, rf.Start) is { } table)
            return table.MacText is null ? $"the RF table at {rf.Start} holds no MAC" : null;
        string found = Convert.ToHexString(sector[..8]);
        for (uint at = 0; at + FlashAddress.SectorBytes <= backup.Length; at += FlashAddress.SectorBytes)
        {
            if (RfPartition.HasTable(backup.Slice((int)at, (int)FlashAddress.SectorBytes)))
                return $"there is no RF table at {rf.Start} ({found}), but one at {new FlashAddress(at)}";
        }

        return $"there is no RF table at {rf.Start}: it begins {found}";
    }

    /// <summary>Two of the public dumps were read from 0x11000: everything lies 0x11000 lower and the loader at the end.</summary>
    private static string? ShiftOf(ReadOnlySpan<byte> backup)
    {
        foreach (ChipModel chip in new[] { ChipModel.BK7231N, ChipModel.BK7231T })
        {
            uint place = FlashLayout.Of(chip)!.RfSector.Start.Value;
            uint shifted = place - FlashLayout.WriteFloor.Value;
            if (!HasTableAt(backup, place) && HasTableAt(backup, shifted))
                return $"the RF table is at {new FlashAddress(shifted)}, not at {new FlashAddress(place)}";
        }

        return null;
    }

    private static bool HasTableAt(ReadOnlySpan<byte> backup, uint at) =>
        backup.Length >= at + FlashAddress.SectorBytes && RfPartition.HasTable(backup.Slice((int)at, (int)FlashAddress.SectorBytes));
}
