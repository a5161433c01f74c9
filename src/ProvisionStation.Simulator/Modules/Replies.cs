namespace ProvisionStation.Simulator.Modules;

/// <summary>Builds the answers of a loader (fact sheet sections 3.3 and 3.4).</summary>
internal static class Replies
{
    public const byte Ok = 0;
    public const byte LengthWrong = 4;
    public const byte AddressRefused = 6;
    public const byte UnknownCommand = 7;

    /// <summary>Answer to a link check: opcode 01, value 0.</summary>
    public static readonly byte[] LinkCheck = Short(0x01, [0x00]);

    public static byte[] Short(byte opcode, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[7 + payload.Length];
        frame[0] = 0x04;
        frame[1] = 0x0E;
        frame[2] = (byte)(4 + payload.Length);
        frame[3] = 0x01;
        frame[4] = 0xE0;
        frame[5] = 0xFC;
        frame[6] = opcode;
        payload.CopyTo(frame.AsSpan(7));
        return frame;
    }

    public static byte[] Long(byte opcode, byte status, params ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[11 + payload.Length];
        ReadOnlySpan<byte> header = [0x04, 0x0E, 0xFF, 0x01, 0xE0, 0xFC, 0xF4];
        header.CopyTo(frame);
        int body = 2 + payload.Length;
        frame[7] = (byte)body;
        frame[8] = (byte)(body >> 8);
        frame[9] = opcode;
        frame[10] = status;
        payload.CopyTo(frame.AsSpan(11));
        return frame;
    }
}
