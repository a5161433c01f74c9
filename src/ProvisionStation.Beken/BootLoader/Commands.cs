using System.Buffers.Binary;
using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Beken.BootLoader;

/// <summary>The requests a station sends, byte for byte. Numbers are little-endian.</summary>
/// <remarks>Sources: bk7231tools, hid_download_py and tyutool (requests and their checks); Beken's l_bootloader and the download
/// handler in bk_idk (the device side). Erase-all (0x0A) is left out on purpose: it takes the radio calibration with it.</remarks>
internal static class Commands
{
    /// <summary>SPI erase opcode of a 4 KiB sector.</summary>
    public const byte EraseSector = 0x20;

    /// <summary>SPI erase opcode of a 64 KiB block.</summary>
    public const byte EraseBlock = 0xD8;

    public static Command LinkCheck { get; } = Short(0x00, [], 0x01, [0x00], 1);

    /// <summary>Starts the application; has no answer.</summary>
    public static Command Reboot { get; } = Short(0x0E, [0xA5], 0x0E, [], 0);

    public static Command ReadBootVersion { get; } = Short(0x11, [], 0x11, [], null);

    /// <summary>The flash's JEDEC id, by SPI pass-through. The answer's length differs between loaders.</summary>
    public static Command ReadFlashId { get; } = Long(0x0E, [0x9F, 0, 0, 0], [], null);

    public static Command ReadRegister(uint address) => Short(0x03, Words(address), 0x03, Words(address), 8);

    public static Command WriteRegister(uint address, uint value) => Short(0x01, Words(address, value), 0x01, Words(address, value), 8);

    /// <summary>The loader changes at once and answers at the new rate <paramref name="delayMilliseconds"/> later.</summary>
    public static Command SetBitRate(int bitsPerSecond, byte delayMilliseconds)
    {
        byte[] payload = [.. Words((uint)bitsPerSecond), delayMilliseconds];
        return Short(0x0F, payload, 0x0F, payload, payload.Length);
    }

    /// <summary>Both ends are counted in. On BASIC whole 256-byte units only.</summary>
    public static Command CheckCrc(uint first, uint last) => Short(0x10, Words(first, last), 0x10, [], 4);

    public static Command ReadSector(uint address) => Long(0x09, Words(address), Words(address), 4 + (int)FlashAddress.SectorBytes);

    /// <param name="address">Where.</param>
    /// <param name="sector">4096 bytes.</param>
    public static Command WriteSector(uint address, ReadOnlySpan<byte> sector)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sector.Length, (int)FlashAddress.SectorBytes);
        return Long(0x07, [.. Words(address), .. sector], Words(address), 4);
    }

    /// <param name="opcode"><see cref="EraseSector"/> or <see cref="EraseBlock"/>.</param>
    /// <param name="address">Aligned to what is erased.</param>
    public static Command Erase(byte opcode, uint address)
    {
        byte[] payload = [opcode, .. Words(address)];
        return Long(0x0F, payload, payload, payload.Length);
    }

    public static Command ReadStatus(byte spiCommand) => Long(0x0C, [spiCommand], [spiCommand], 2);

    /// <param name="spiCommand">SPI write-status command, usually 0x01.</param>
    /// <param name="status">One or two status bytes, lowest first.</param>
    public static Command WriteStatus(byte spiCommand, params ReadOnlySpan<byte> status)
    {
        byte[] payload = [spiCommand, .. status];
        return Long(0x0D, payload, payload, payload.Length);
    }

    internal static Command Short(byte opcode, ReadOnlySpan<byte> payload, byte replyOpcode, byte[] echo, int? payloadBytes) =>
        new([0x01, 0xE0, 0xFC, checked((byte)(1 + payload.Length)), opcode, .. payload], false, replyOpcode, echo, payloadBytes);

    internal static Command Long(byte opcode, ReadOnlySpan<byte> payload, byte[] echo, int? payloadBytes)
    {
        int length = 1 + payload.Length;
        return new([0x01, 0xE0, 0xFC, 0xFF, 0xF4, (byte)length, checked((byte)(length >> 8)), opcode, .. payload], true, opcode, echo, payloadBytes);
    }

    private static byte[] Words(params ReadOnlySpan<uint> values)
    {
        byte[] bytes = new byte[4 * values.Length];
        for (int index = 0; index < values.Length; index++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * index), values[index]);
        return bytes;
    }
}
