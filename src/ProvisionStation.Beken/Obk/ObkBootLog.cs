namespace ProvisionStation.Beken.Obk;

/// <summary>Reads OpenBeken's boot log as it arrives: damaged, interleaved lines are normal, so substrings count, not whole lines.</summary>
/// <remarks>One thread feeds, others may read the properties at any time. Holds at most 256 KiB; what is older is dropped.</remarks>
public sealed class ObkBootLog
{
    /// <summary>Bytes fed so far.</summary>
    public long ByteCount => throw new NotImplementedException();

    /// <summary>Share of printable bytes, tab, CR and LF: 0 to 1; 1 where nothing came.</summary>
    public double PrintableShare => throw new NotImplementedException();

    /// <summary>How often an application or loader start was seen.</summary>
    public int BootCount => throw new NotImplementedException();

    /// <summary>True where the last start got as far as the radio (fact sheet section 6, lines 13 to 21).</summary>
    public bool RadioStarted => throw new NotImplementedException();

    /// <summary>The application's version; null where not seen.</summary>
    public string? Version => throw new NotImplementedException();

    /// <summary>The application's chip, for example <c>BK7231N</c>; null where not seen.</summary>
    public string? Chip => throw new NotImplementedException();

    /// <summary>True once <c>Boot complete time reached</c> was seen in the last start.</summary>
    public bool IsBootComplete => throw new NotImplementedException();

    /// <summary>True where the firmware said that it loads its defaults, because checksum or ident are wrong.</summary>
    public bool ConfigRejected => throw new NotImplementedException();

    /// <summary>The change count of the configuration it loaded; null where not seen.</summary>
    public int? ChangeCount => throw new NotImplementedException();

    /// <summary>The name of the access point it opened; null where not seen.</summary>
    public string? AccessPointName => throw new NotImplementedException();

    /// <summary>True where it says that it is in safe mode.</summary>
    public bool SafeMode => throw new NotImplementedException();

    /// <summary>Takes bytes as they came from the port.</summary>
    public void Feed(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();

    /// <summary>The log as text with passwords removed (law 8).</summary>
    /// <param name="secrets">Values that must not appear.</param>
    public string RedactedText(IEnumerable<string> secrets) => throw new NotImplementedException();
}
