using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ProvisionStation.Beken.Obk;

/// <summary>Reads OpenBeken's boot log as it arrives: damaged, interleaved lines are normal, so substrings count, not whole lines.</summary>
/// <remarks>One thread feeds, others may read the properties at any time. Holds at most 256 KiB; what is older is dropped.</remarks>
public sealed class ObkBootLog
{
    /// <summary>The most that is kept for <see cref="RedactedText"/>, in bytes.</summary>
    public const int MostBytes = 256 * 1024;

    private readonly Lock gate = new();
    private readonly BootLogText kept = new(MostBytes);
    private readonly BootLogWindow window = new();
    private BootLogState state = new();
    private long bytes;
    private long printable;

    /// <summary>Bytes fed so far.</summary>
    public long ByteCount => Read(() => bytes);

    /// <summary>Share of printable bytes, tab, CR and LF: 0 to 1; 1 where nothing came.</summary>
    public double PrintableShare => Read(() => bytes == 0 ? 1 : (double)printable / bytes);

    /// <summary>How often an application or loader start was seen. A loader and the application it starts are one start.</summary>
    public int BootCount => Read(() => state.Boots);

    /// <summary>True where the last start got as far as the radio (fact sheet section 6, lines 13 to 21): the present one, or the one
    /// that the present one cut off.</summary>
    public bool RadioStarted => Read(() => state.Radio || state.RadioBefore);

    /// <summary>The application's version; null where not seen.</summary>
    public string? Version => Read(() => state.Version);

    /// <summary>The application's chip, for example <c>BK7231N</c>; null where not seen.</summary>
    public string? Chip => Read(() => state.Chip);

    /// <summary>True once <c>Boot complete time reached</c> was seen in the last start.</summary>
    public bool IsBootComplete => Read(() => state.Complete);

    /// <summary>True where the firmware said that it loads its defaults, because checksum or ident are wrong.</summary>
    public bool ConfigRejected => Read(() => state.Rejected);

    /// <summary>The change count of the configuration it loaded; null where not seen.</summary>
    public int? ChangeCount => Read(() => state.ChangeCount);

    /// <summary>The name of the access point it opened; null where not seen.</summary>
    public string? AccessPointName => Read(() => state.AccessPoint);

    /// <summary>True where it says that it is in safe mode.</summary>
    public bool SafeMode => Read(() => state.Safe);

    /// <summary>Takes bytes as they came from the port.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            this.bytes += bytes.Length;
            foreach (byte value in bytes)
                printable += value is (>= 0x20 and <= 0x7E) or (byte)'\t' or (byte)'\r' or (byte)'\n' ? 1 : 0;
            kept.Add(bytes);
            window.Add(bytes, Take);
        }
    }

    /// <summary>The log as text with passwords removed (law 8).</summary>
    /// <param name="secrets">Values that must not appear.</param>
    public string RedactedText(IEnumerable<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        string text;
        lock (gate)
            text = kept.ToString();
        var redactor = new ObkRedactor(secrets);
        // The last line may have been cut off inside a secret.
        int open = text.LastIndexOf('\n') + 1;
        ObkRedactor.Unfinished unfinished = default;
        var redacted = new StringBuilder(text.Length);
        foreach (string line in text[..open].Split('\n', StringSplitOptions.None)[..^1])
            redacted.Append(redactor.RedactLine(line.TrimEnd('\r'), ref unfinished)).Append(line.EndsWith('\r') ? "\r\n" : "\n");
        return redacted.Append(redactor.RedactOpenLine(text[open..], unfinished)).ToString();
    }

    private void Take(Match? match)
    {
        if (match is null)
            state = state with { Radio = true };
        else if (match.Groups["loader"].Success)
            state = state.LoaderStarted();
        else if (match.Groups["version"].Success)
            state = state.ApplicationStarted(match.Groups["chip"].Value, match.Groups["version"].Value);
        else if (match.Groups["radio"].Success)
            state = state with { Radio = true };
        else if (match.Groups["complete"].Success)
            state = state with { Complete = true };
        else if (match.Groups["rejected"].Success)
            state = state with { Rejected = true };
        else if (match.Groups["count"].Success)
            state = state with { ChangeCount = int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture) };
        else if (match.Groups["safe"].Success)
            state = state with { Safe = true };
        else
            state = state with { AccessPoint = BootLogText.Decode(Encoding.Latin1.GetBytes(match.Groups["ap"].Value)) };
    }

    private T Read<T>(Func<T> value)
    {
        lock (gate)
            return value();
    }
}
