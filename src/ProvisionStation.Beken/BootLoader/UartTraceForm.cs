namespace ProvisionStation.Beken.BootLoader;

/// <summary>The form of a trace: what <see cref="UartTrace"/> writes and <see cref="UartTraceFile"/> reads. Numbers are little-endian.</summary>
/// <remarks>Described for outsiders in docs/black-box.md. A change of any number here needs another version.</remarks>
internal static class UartTraceForm
{
    public const ushort Version = 1;

    /// <summary>Magic (4), version (2), zero (2), end in µs (8), overwritten records (8), bytes of the records (4).</summary>
    public const int HeaderBytes = 28;

    /// <summary>Length of the whole record (2), kind (1), time in µs (8).</summary>
    public const int PrefixBytes = 11;

    public const byte Sent = 1;
    public const byte Received = 2;
    public const byte LinkChecks = 3;
    public const byte Stray = 4;
    public const byte NoAnswer = 5;
    public const byte Flush = 6;
    public const byte Mark = 7;

    /// <summary>Flags (1), opcode (1), status (1), length (4), first (4), second (4).</summary>
    public const int FrameBytes = 15;

    public const byte FlagLong = 1;
    public const byte FlagFirst = 2;
    public const byte FlagSecond = 4;
    public const byte FlagHash = 8;
    public const int HashBytes = 32;

    /// <summary>Sent (4), answered (4), time of the last in µs (8).</summary>
    public const int LinkCheckBytes = 16;

    /// <summary>How many there were (4); the bytes follow.</summary>
    public const int StrayBytes = 4;

    /// <summary>Most bytes kept of one stretch of stray ones.</summary>
    public const int MostStrayBytes = 512;

    /// <summary>Waited, in µs (4); zeros sent (4).</summary>
    public const int NumberBytes = 4;

    /// <summary>Mark (1), value (4); the text follows.</summary>
    public const int MarkBytes = 5;

    public const int MostTextBytes = 32;

    public static ReadOnlySpan<byte> Magic => "PSUT"u8;
}
