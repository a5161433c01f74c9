namespace ProvisionStation.Runs.Steps;

/// <summary>The form of a current trace: what <see cref="CurrentTrace"/> writes and <see cref="CurrentTraceFile"/> reads. Numbers are little-endian.</summary>
/// <remarks>Described for outsiders in docs/black-box.md. A change of any number here needs another version.</remarks>
internal static class CurrentTraceForm
{
    public const ushort Version = 1;

    public const ushort FlagMeter = 1;

    /// <summary>Magic (4), version (2), flags (2), end in µs (8), span in µs (8), lost marks (4), spans (2), marks (2).</summary>
    public const int HeaderBytes = 32;

    /// <summary>From and to in µs (8, 8), readings (4), least, mean and most in mA as 32-bit floats (4, 4, 4).</summary>
    public const int BucketBytes = 32;

    /// <summary>Time in µs (8), length of the text (1); the text follows.</summary>
    public const int MarkBytes = 9;

    public const int MostTextBytes = 16;

    public static ReadOnlySpan<byte> Magic => "PSCT"u8;
}
