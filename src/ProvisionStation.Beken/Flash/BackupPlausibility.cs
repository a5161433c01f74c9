namespace ProvisionStation.Beken.Flash;

/// <summary>Says whether a backup can be what a unit's flash holds (law 1).</summary>
public static class BackupPlausibility
{
    /// <summary>Not all 00 or FF, an RF table where the chip has it, not shifted.</summary>
    /// <returns>Null where it is plausible; otherwise what is wrong, with the byte or address behind it.</returns>
    public static string? Check(ReadOnlySpan<byte> backup, ChipModel chip) => throw new NotImplementedException();
}
