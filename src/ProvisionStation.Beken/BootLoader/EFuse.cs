using System.Buffers.Binary;

namespace ProvisionStation.Beken.BootLoader;

/// <summary>Reads the key of a FULL chip through its registers. Only ever reads.</summary>
/// <remarks>Source: Beken's SDK, sys_ctrl.h (map and control bits); BK7231GUIFlashTool and ltchiptool (procedure). Beyond them, byte 31
/// is read too, because a hidden key reads as zero.</remarks>
internal sealed class EFuse(LoaderWire wire)
{
    private const uint ControlRegister = 0x00800074;
    private const uint DataRegister = 0x00800078;
    private const uint StartOrBusy = 1;
    private const uint AddressAndDirection = 0x1F02;
    private const uint DataIsValid = 0x100;
    private const int KeyBytes = 16;
    private const byte ControlByte = 31;
    private const byte EncryptionOn = 1 << 5;
    private const byte KeyHidden = 1 << 4;
    private const int BusyPolls = 100;

    private static readonly byte[] DefaultKey = Convert.FromHexString("93B00F51DCEACBA37EA1935903EBADC7");

    /// <summary>The key and its class; a key that is hidden, or that two readings disagree about, is not readable.</summary>
    public async Task<(byte[]? Key, KeyClass Class)> ReadKeyAsync(CancellationToken cancel)
    {
        byte[]? last = null;
        for (int attempt = 0; attempt < 4; attempt++)
        {
            byte[]? bytes = await ReadOnceAsync(cancel);
            if (bytes is null)
                continue;
            KeyClass keyClass = Classify(bytes);
            // A flipped bit cannot make the default key; anything else would condemn the unit, so it must be seen twice.
            if (keyClass == KeyClass.Default || (last is not null && bytes.AsSpan().SequenceEqual(last)))
                return keyClass == KeyClass.NotReadable ? (null, keyClass) : (bytes[..KeyBytes], keyClass);
            last = bytes;
        }

        return (null, KeyClass.NotReadable);
    }

    /// <param name="bytes">The sixteen key bytes and the control byte.</param>
    internal static KeyClass Classify(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> key = bytes[..KeyBytes];
        byte control = bytes[KeyBytes];
        if (key.SequenceEqual(DefaultKey))
            return KeyClass.Default;
        if (key.ContainsAnyExcept((byte)0))
            return KeyClass.Foreign;
        return (control & (EncryptionOn | KeyHidden)) == 0 ? KeyClass.Zero : KeyClass.NotReadable;
    }

    private async Task<byte[]?> ReadOnceAsync(CancellationToken cancel)
    {
        byte[] bytes = new byte[KeyBytes + 1];
        uint control = await ReadRegisterAsync(ControlRegister, cancel);
        for (int index = 0; index < bytes.Length; index++)
        {
            uint address = index < KeyBytes ? (uint)index : ControlByte;
            await WriteRegisterAsync(ControlRegister, (control & ~AddressAndDirection) | (address << 8) | StartOrBusy, cancel);
            int polls = 0;
            while (((control = await ReadRegisterAsync(ControlRegister, cancel)) & StartOrBusy) != 0)
            {
                if (++polls == BusyPolls)
                    return null;
            }

            uint data = await ReadRegisterAsync(DataRegister, cancel);
            if ((data & DataIsValid) == 0)
                return null;
            bytes[index] = (byte)data;
        }

        return bytes;
    }

    private async Task<uint> ReadRegisterAsync(uint address, CancellationToken cancel)
    {
        Response answer = await wire.AskAgainAsync(Commands.ReadRegister(address), TimeSpan.Zero, 3, cancel)
            ?? throw LinkFaults.Lost(wire, "does not answer a register read");
        return BinaryPrimitives.ReadUInt32LittleEndian(answer.Payload.AsSpan(4));
    }

    private async Task WriteRegisterAsync(uint address, uint value, CancellationToken cancel) =>
        _ = await wire.AskAgainAsync(Commands.WriteRegister(address, value), TimeSpan.Zero, 3, cancel)
            ?? throw LinkFaults.Lost(wire, "does not answer a register write");
}
