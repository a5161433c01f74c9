using System.Buffers.Binary;

namespace ProvisionStation.Beken.Flash;

/// <summary>The RF sector: radio calibration and the station's MAC, as a TLV table.</summary>
/// <remarks>Source: BK7231GUIFlashTool, Utils/RFPartitionUtil.cs, ltchiptool and OpenBK7231T_App's Beken HAL. Magic <c>TLV\0</c>, total length,
/// then type and length words: a type that ends in 00 opens a group, whose length counts the entries that follow it.</remarks>
public sealed class RfPartition
{
    private const int HeaderBytes = 8;
    private const uint MacType = 0x11111102;
    private const int MacBytes = 6;

    /// <summary>MACs that firmware falls back to when it finds no table. Source: OpenBK7231T_App issues 404, 430 and 1798, both SDKs.</summary>
    private static readonly string[] Fallbacks = ["C8478C000000", "C8478C428848"];

    private readonly FlashAddress start;
    private readonly byte[]? mac;

    private RfPartition(FlashAddress start, byte[]? mac) => (this.start, this.mac) = (start, mac);

    /// <summary>Twelve upper-case hex digits; null where the table has no MAC.</summary>
    public string? MacText => mac is null ? null : Convert.ToHexString(mac);

    /// <summary>Where the MAC was read, for the record, for example <c>RF sector 0x1D0000, TLV 11111102</c>.</summary>
    public string Origin => $"RF sector {start}, TLV {MacType:X8}";

    /// <summary>True for one of the MACs that firmware of both SDKs falls back to: every module has it that lost its calibration.</summary>
    public bool IsPlaceholder => Fallbacks.Contains(MacText);

    /// <summary>Why no module can have this MAC from its maker; null where one can, and where there is none.</summary>
    /// <remarks>Source: IEEE 802, clause 8: bit 0 of the first byte is set for groups, which no station is, and bit 1 for addresses that
    /// somebody gave himself, which nobody keeps from being given twice.</remarks>
    public string? WhyInvalid =>
        mac is null ? null
        : !mac.AsSpan().ContainsAnyExcept((byte)0x00) ? "it is all zeros"
        : !mac.AsSpan().ContainsAnyExcept((byte)0xFF) ? "it is all ones, as in an empty flash"
        : (mac[0] & 1) != 0 ? "its first byte says that it is the address of a group"
        : IsSelfAssigned ? "its first byte says that somebody has made it up (a locally administered address)"
        : null;

    /// <summary>True for an address that is no maker's, but may have been set on purpose.</summary>
    public bool IsSelfAssigned => mac is not null && (mac[0] & 3) == 2;

    /// <summary>True where the sector can be no other unit's: it has a MAC that one module was given, by its maker or by somebody on purpose.</summary>
    public bool IsMark => mac is not null && !IsPlaceholder && (WhyInvalid is null || IsSelfAssigned);

    /// <summary>Walks the table with bounds; null where there is none.</summary>
    /// <param name="sector">The sector's bytes.</param>
    /// <param name="start">Where it was read, for <see cref="Origin"/>.</param>
    public static RfPartition? Parse(ReadOnlySpan<byte> sector, FlashAddress start)
    {
        if (!HasTable(sector))
            return null;
        uint total = BinaryPrimitives.ReadUInt32LittleEndian(sector[4..]);
        return new RfPartition(start, FindMac(sector.Slice(HeaderBytes, (int)total)));
    }

    /// <summary>True where a table begins here and ends inside.</summary>
    internal static bool HasTable(ReadOnlySpan<byte> sector) =>
        sector.Length > HeaderBytes
        && sector.StartsWith("TLV\0"u8)
        && BinaryPrimitives.ReadUInt32LittleEndian(sector[4..]) is var total
        && total > 0
        && total <= sector.Length - HeaderBytes;

    private static byte[]? FindMac(ReadOnlySpan<byte> entries)
    {
        while (entries.Length >= HeaderBytes)
        {
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(entries);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(entries[4..]);
            entries = entries[HeaderBytes..];
            bool isGroup = (type & 0xFF) == 0;
            if (length > entries.Length)
                return null;
            if (type == MacType)
                return length == MacBytes ? entries[..MacBytes].ToArray() : null;
            if (!isGroup)
                entries = entries[(int)length..];
        }

        return null;
    }
}
