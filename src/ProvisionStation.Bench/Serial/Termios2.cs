using System.Runtime.InteropServices;

namespace ProvisionStation.Bench.Serial;

/// <summary>struct termios2 of Linux (include/uapi/asm-generic/termbits.h): 44 bytes, with bit rates as numbers.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Termios2
{
    private const uint CharacterSize8 = 0x30; // CS8
    private const uint ReceiverOn = 0x80; // CREAD
    private const uint HangUpOnClose = 0x400; // HUPCL
    private const uint IgnoreModemLines = 0x800; // CLOCAL
    private const uint RateMask = 0x100F; // CBAUD
    private const uint InputRateMask = 0x100F0000; // CIBAUD; zero means: as the output
    private const uint AnyRate = 0x1000; // BOTHER
    private const int TimeIndex = 5; // VTIME
    private const int LeastIndex = 6; // VMIN

    public uint InputFlags;
    public uint OutputFlags;
    public uint ControlFlags;
    public uint LocalFlags;
    public byte LineDiscipline;
    public fixed byte ControlCharacters[19];
    public uint InputRate;
    public uint OutputRate;

    /// <summary>Raw, 8 data bits, no parity, 1 stop bit, no flow control. A read of nothing is EAGAIN (VMIN 1), so that 0 bytes
    /// mean hang-up.</summary>
    public void MakeRaw(bool hangUpOnClose)
    {
        InputFlags = 0;
        OutputFlags = 0;
        LocalFlags = 0;
        ControlFlags = CharacterSize8 | ReceiverOn | IgnoreModemLines | (hangUpOnClose ? HangUpOnClose : 0);
        ControlCharacters[TimeIndex] = 0;
        ControlCharacters[LeastIndex] = 1;
    }

    /// <summary>Any bit rate, both directions.</summary>
    public void SetRate(uint bitsPerSecond)
    {
        ControlFlags = (ControlFlags & ~(RateMask | InputRateMask)) | AnyRate;
        InputRate = bitsPerSecond;
        OutputRate = bitsPerSecond;
    }
}
