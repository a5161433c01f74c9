using System.Buffers.Binary;

namespace ProvisionStation.Beken.BootLoader;

/// <summary>A whole frame cut into what may be told of it (header, addresses, status) and what may not (payload).</summary>
/// <param name="IsLong">True for the flash form.</param>
/// <param name="Opcode">The command.</param>
/// <param name="Status">The loader's status; 0 where the form has none.</param>
/// <param name="First">Address, register, or bit rate.</param>
/// <param name="Second">Last address of a CRC, or the SPI command passed on.</param>
/// <param name="PayloadAt">Where the rest of the payload begins in the frame.</param>
internal readonly record struct LoaderFrame(bool IsLong, byte Opcode, byte Status, uint? First, uint? Second, int PayloadAt)
{
    private const byte LongMark = 0xFF;
    private const int ShortRequestBytes = 5;
    private const int LongRequestBytes = 8;

    /// <summary>True for a link check.</summary>
    public bool IsLinkCheck => !IsLong && Opcode == 0x00;

    /// <summary>Cuts a request; null where the bytes are none, as the zeros that end one.</summary>
    public static LoaderFrame? OfRequest(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < ShortRequestBytes || frame[0] != 0x01)
            return null;
        bool isLong = frame[3] == LongMark;
        if (isLong && frame.Length < LongRequestBytes)
            return null;
        return Of(frame, isLong, frame[isLong ? 7 : 4], 0, isLong ? LongRequestBytes : ShortRequestBytes, isAnswer: false);
    }

    /// <summary>Cuts an answer that <see cref="ReceiveBuffer"/> has found whole.</summary>
    public static LoaderFrame OfAnswer(ReadOnlySpan<byte> frame) => frame[2] == LongMark
        ? Of(frame, true, frame[9], frame[10], ReceiveBuffer.LongHeaderBytes, isAnswer: true)
        : Of(frame, false, frame[6], 0, ReceiveBuffer.ShortHeaderBytes, isAnswer: true);

    /// <summary>Where a command has its address. A number that is not all there is payload.</summary>
    private static LoaderFrame Of(ReadOnlySpan<byte> frame, bool isLong, byte opcode, byte status, int at, bool isAnswer)
    {
        ReadOnlySpan<byte> payload = frame[at..];
        return (isLong, opcode) switch
        {
            (true, 0x06 or 0x07 or 0x08 or 0x09 or 0x0B) when payload.Length >= 4 => new(true, opcode, status, Word(payload), null, at + 4),
            (true, 0x0F) when payload.Length >= 5 => new(true, opcode, status, Word(payload[1..]), payload[0], at + 5),
            (true, 0x0C or 0x0D) when payload.Length >= 1 => new(true, opcode, status, null, payload[0], at + 1),
            (true, 0x0E) when payload.Length >= 1 && !isAnswer => new(true, opcode, status, null, payload[0], at + 1),
            (false, 0x01 or 0x03 or 0x0F) when payload.Length >= 4 => new(false, opcode, status, Word(payload), null, at + 4),
            (false, 0x10) when payload.Length >= 8 && !isAnswer => new(false, opcode, status, Word(payload), Word(payload[4..]), at + 8),
            _ => new(isLong, opcode, status, null, null, at),
        };
    }

    private static uint Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
