namespace ProvisionStation.Beken.Tuya;

/// <summary>What the checksum inside <c>user_param_key</c> says of it.</summary>
public enum TuyaCrc
{
    /// <summary>There is no such text, or it has no <c>crc</c>.</summary>
    Absent,

    /// <summary>The text is as the vendor's tool wrote it.</summary>
    Ok,

    /// <summary>The text was changed or put together wrongly.</summary>
    Bad,
}
