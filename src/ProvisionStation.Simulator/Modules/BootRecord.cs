namespace ProvisionStation.Simulator.Modules;

/// <summary>The starts of a unit's applications since it came.</summary>
internal sealed class BootRecord
{
    /// <summary>OpenBeken goes into safe mode when more than four starts in a row did not complete (OpenBeken sheet section 9).</summary>
    private const int FailedStartsForSafeMode = 5;

    /// <summary>Starts of an application.</summary>
    public int Starts { get; private set; }

    /// <summary>Starts that completed.</summary>
    public int Complete { get; private set; }

    /// <summary>Starts in a row that did not complete.</summary>
    public int ShortInARow { get; private set; }

    /// <summary>True where the last start completed.</summary>
    public bool LastComplete { get; private set; }

    /// <summary>True where the last start of OpenBeken accepted the configuration it found.</summary>
    public bool ConfigAccepted { get; set; }

    /// <summary>The change count it loaded.</summary>
    public int ChangeCount { get; set; }

    /// <summary>What started last, for example <c>OpenBK7231N 1.18.299</c>.</summary>
    public string? Firmware { get; set; }

    /// <summary>Why nothing started; null where something did.</summary>
    public string? WhyNot { get; set; }

    public bool NextIsSafeMode => ShortInARow >= FailedStartsForSafeMode;

    public void Started()
    {
        Starts++;
        ShortInARow++;
        LastComplete = false;
    }

    public void Completed()
    {
        Complete++;
        ShortInARow = 0;
        LastComplete = true;
    }
}
