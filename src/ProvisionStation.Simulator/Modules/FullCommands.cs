using System.Buffers.Binary;

namespace ProvisionStation.Simulator.Modules;

/// <summary>What only a FULL loader knows: registers, status registers, flash id (fact sheet sections 4.3, 4.4, 4.12 to 4.14).</summary>
internal sealed class FullCommands(NorFlash flash, EFuse fuse, Pace pace)
{
    private const byte ReadId = 0x9F;

    /// <summary>Answers a short request.</summary>
    public byte[] Short(byte opcode, byte[] payload)
    {
        switch (opcode)
        {
            case 0x01 when payload.Length >= 8:
                fuse.Write(Word(payload), Word(payload.AsSpan(4)));
                return Replies.Short(opcode, payload.AsSpan(0, 8));
            case 0x03 when payload.Length == 4:
                byte[] answer = [.. payload, 0, 0, 0, 0];
                BinaryPrimitives.WriteUInt32LittleEndian(answer.AsSpan(4), fuse.Read(Word(payload)));
                return Replies.Short(opcode, answer);
            case 0x0E or 0x70 or 0xAA:
                return Replies.Short(opcode, payload);
            default:
                return Replies.Short(opcode, [Replies.UnknownCommand]);
        }
    }

    /// <summary>Answers a long request.</summary>
    /// <param name="opcode">The command.</param>
    /// <param name="payload">What follows it.</param>
    /// <param name="at">When.</param>
    /// <param name="idIsZero">The flash id is not read right this time.</param>
    public byte[] Long(byte opcode, byte[] payload, long at, bool idIsZero)
    {
        switch (opcode)
        {
            case 0x08 when payload.Length == 5:
                return Replies.Long(opcode, Replies.Ok, [.. payload.AsSpan(0, 4), .. Read(Word(payload), payload[4])]);
            case 0x0C when payload.Length == 1:
                return Replies.Long(opcode, Replies.Ok, payload[0], flash.ReadStatus(payload[0], at));
            case 0x0D when payload.Length is 2 or 3:
                WriteStatus(payload, at);
                return Replies.Long(opcode, Replies.Ok, payload);
            case 0x0E when payload.Length > 0:
                return Replies.Long(opcode, Replies.Ok, Spi(payload, idIsZero));
            case 0x06 or 0x07 or 0x08 or 0x09 or 0x0A or 0x0B or 0x0C or 0x0D or 0x0F:
                return Replies.Long(opcode, Replies.LengthWrong);
            default:
                return Replies.Long(opcode, Replies.UnknownCommand);
        }
    }

    private void WriteStatus(byte[] payload, long at)
    {
        if (payload[0] != 0x01)
            return;
        int high = payload.Length == 3 ? payload[2] : flash.ReadStatus(0x35, at);
        flash.WriteStatus((ushort)(payload[1] | (high << 8)), at + pace.Work(Pace.WriteStatusSeconds));
    }

    private byte[] Spi(byte[] sent, bool idIsZero)
    {
        byte[] received = new byte[sent.Length];
        if (sent[0] != ReadId || idIsZero)
            return received;
        uint id = flash.Id;
        for (int index = 1; index < Math.Min(4, sent.Length); index++)
            received[index] = (byte)(id >> (8 * (index - 1)));
        return received;
    }

    private byte[] Read(uint address, int count)
    {
        byte[] bytes = new byte[count];
        for (int index = 0; index < count; index++)
            bytes[index] = flash.Content[(address + (uint)index) % (uint)flash.Content.Length];
        return bytes;
    }

    private static uint Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
