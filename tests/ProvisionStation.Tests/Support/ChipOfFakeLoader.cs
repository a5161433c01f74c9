using System.Buffers.Binary;

namespace ProvisionStation.Tests.Support;

/// <summary>The chip behind a <see cref="FakeLoader"/>: flash, status register, eFuse, and the answers of both generations.</summary>
internal sealed class ChipOfFakeLoader(bool isFull, byte[] flash, LoaderFaults faults)
{
    private const ushort ProtectionMask = 0x407C;
    private bool armed;
    private bool isProtected = true;
    private uint eFuseControl;
    private int busyPolls;

    public byte[] Flash => flash;

    public ushort Status { get; set; }

    public uint ChipId { get; set; } = 0x0007231C;

    public byte[] FlashId { get; set; } = [0xEB, 0x60, 0x15];

    /// <summary>The length the flash id's answer announces: 6, or 5 as some loaders do, with or without the dummy byte.</summary>
    public int AnnouncedFlashIdBytes { get; set; } = 6;

    public bool FlashIdHasDummy { get; set; } = true;

    public string? Version { get; set; } = "BK7231S_1.0.5";

    public byte[] EFuse { get; } = [.. Convert.FromHexString("93B00F51DCEACBA37EA1935903EBADC7"), .. new byte[15], 0x20];

    public List<(byte Opcode, uint Address)> Erases { get; } = [];

    public List<uint> Writes { get; } = [];

    public List<ushort> StatusWrites { get; } = [];

    /// <summary>Called before an erase or a program changes anything.</summary>
    public Action? BeforeChange { get; set; }

    public void Restart() => (armed, isProtected) = (false, true);

    public (byte[] Bytes, TimeSpan Work)? Execute(byte[] frame) => frame[3] == 0xFF ? Long(frame[7], frame[8..]) : Short(frame[4], frame[5..]);

    private (byte[] Bytes, TimeSpan Work)? Short(byte opcode, byte[] payload)
    {
        switch (opcode)
        {
            case 0x00:
                armed = true;
                return Reply(0x01, 0x00);
            case 0x10:
                isProtected = true;
                armed = false;
                uint first = Word(payload);
                uint count = Word(payload.AsSpan(4)) - first + 1;
                return Reply(0x10, Bytes(RawCrc(first, isFull ? count : count / 256 * 256)));
            case 0x11 when !isFull && Version is not null:
                return Reply(0x11, [.. System.Text.Encoding.ASCII.GetBytes(Version), 0]);
            case 0x03 when isFull:
                return Reply(0x03, [.. payload[..4], .. Bytes(Register(Word(payload)))]);
            case 0x01 when isFull:
                if (Word(payload) == 0x00800074)
                    eFuseControl = Word(payload.AsSpan(4));
                return Reply(0x01, payload[..8]);
            default:
                return isFull ? Reply(opcode, 0x07) : null;
        }
    }

    private (byte[] Bytes, TimeSpan Work)? Long(byte opcode, byte[] payload) => opcode switch
    {
        0x09 => Read(payload),
        0x07 => Write(payload),
        0x0F => Erase(payload),
        0x0C when isFull => LongReply(0x0C, 0, [payload[0], StatusByte(payload[0])]),
        0x0D when isFull => WriteStatus(payload),
        0x0E when isFull => FlashIdReply(),
        _ => isFull ? LongReply(opcode, 7, []) : null,
    };

    private (byte[] Bytes, TimeSpan Work)? Read(byte[] payload)
    {
        uint address = Word(payload);
        if (!isFull && address < 0x2000)
            return LongReply(0x09, 6, [.. payload[..4], 0]);
        if (faults.ReadStatuses.TryDequeue(out byte status))
            return LongReply(0x09, status, [.. payload[..4], 0]);
        byte[] page = [.. Enumerable.Range(0, 4096).Select(index => flash[(address + index) % flash.Length])];
        return LongReply(0x09, 0, [.. payload[..4], .. page]);
    }

    private (byte[] Bytes, TimeSpan Work)? Write(byte[] payload)
    {
        uint address = Word(payload);
        Writes.Add(address);
        BeforeChange?.Invoke();
        byte status = !isFull && address < 0x2000 ? (byte)6 : faults.WriteStatuses.TryDequeue(out byte planned) ? planned : (byte)0;
        for (int index = 0; index < 4096 && status == 0 && !IsProtected(); index++)
            Program((uint)((address + index) % flash.Length), payload[4 + index]);
        if (faults.UnansweredWrites > 0)
        {
            faults.UnansweredWrites--;
            return null;
        }

        return LongReply(0x07, status, payload[..4]);
    }

    private void Program(uint at, byte value)
    {
        bool weak = (value & 1) == 0 && faults.WeakBytes.TryGetValue(at, out int left) && left > 0;
        if (weak)
            faults.WeakBytes[at]--;
        flash[at] &= weak ? (byte)(value | 1) : value;
    }

    private (byte[] Bytes, TimeSpan Work)? Erase(byte[] payload)
    {
        uint address = Word(payload.AsSpan(1));
        Erases.Add((payload[0], address));
        BeforeChange?.Invoke();
        if (armed)
            (isProtected, armed) = (false, false);
        byte status = !isFull && address < 0x2000 ? (byte)6 : faults.EraseStatuses.TryDequeue(out byte planned) ? planned : (byte)0;
        int size = payload[0] == 0xD8 ? 65536 : 4096;
        if (status == 0 && !IsProtected())
            flash.AsSpan((int)(address % flash.Length) / size * size, size).Fill(0xFF);
        if (faults.UnansweredErases > 0)
        {
            faults.UnansweredErases--;
            return null;
        }

        return LongReply(0x0F, status, payload[..5], TimeSpan.FromMilliseconds(size == 65536 ? 280 : 50));
    }

    private (byte[] Bytes, TimeSpan Work)? WriteStatus(byte[] payload)
    {
        ushort value = payload.Length > 2 ? BinaryPrimitives.ReadUInt16LittleEndian(payload.AsSpan(1)) : payload[1];
        StatusWrites.Add(value);
        if (!faults.ProtectionStays)
            Status = value;
        busyPolls = faults.BusyPollsAfterStatusWrite;
        return LongReply(0x0D, 0, payload);
    }

    private byte StatusByte(byte command)
    {
        if (command == 0x35)
            return (byte)(Status >> 8);
        bool busy = busyPolls-- > 0;
        return (byte)(Status | (busy ? 1 : 0));
    }

    private (byte[] Bytes, TimeSpan Work)? FlashIdReply()
    {
        byte[] id = faults.BlankFlashIds-- > 0 ? new byte[3] : FlashId;
        byte[] payload = FlashIdHasDummy ? [0x5C, .. id] : id;
        (byte[] bytes, TimeSpan work) = LongReply(0x0E, 0, payload)!.Value;
        bytes[7] = (byte)AnnouncedFlashIdBytes;
        return (bytes, work);
    }

    private bool IsProtected() => isFull ? (Status & ProtectionMask) != 0 : isProtected;

    private uint Register(uint address) => address switch
    {
        0x00800000 => ChipId,
        0x00800074 => eFuseControl & ~1u,
        0x00800078 => 0x100u | EFuse[(eFuseControl >> 8) & 31],
        _ => 0,
    };

    /// <summary>CRC-32 without the final inversion, bit by bit from the polynomial: shares nothing with the product's.</summary>
    private uint RawCrc(uint first, uint count)
    {
        uint crc = uint.MaxValue;
        for (uint offset = 0; offset < count; offset++)
        {
            crc ^= flash[(first + offset) % flash.Length];
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }

        return crc;
    }

    private static (byte[] Bytes, TimeSpan Work)? Reply(byte opcode, params byte[] payload) =>
        ([0x04, 0x0E, (byte)(4 + payload.Length), 0x01, 0xE0, 0xFC, opcode, .. payload], TimeSpan.Zero);

    private static (byte[] Bytes, TimeSpan Work)? LongReply(byte opcode, byte status, byte[] payload, TimeSpan work = default)
    {
        int length = 2 + payload.Length;
        return ([0x04, 0x0E, 0xFF, 0x01, 0xE0, 0xFC, 0xF4, (byte)length, (byte)(length >> 8), opcode, status, .. payload], work);
    }

    private static uint Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static byte[] Bytes(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
