namespace ProvisionStation.Simulator.Modules;

/// <summary>What a unit was asked, in order: the proof that nothing was erased before everything was read (law 1 of the station).</summary>
internal sealed class LoaderCounters(int sectors)
{
    private readonly bool[] _read = new bool[sectors];

    /// <summary>Whole requests since the unit came.</summary>
    public int Commands { get; private set; }

    /// <summary>Sectors read since the unit came, each counted once.</summary>
    public int SectorsRead { get; private set; }

    /// <summary>4 KiB reads since the unit came.</summary>
    public int Reads { get; private set; }

    /// <summary>CRC requests since the unit came.</summary>
    public int Crcs { get; private set; }

    /// <summary>True once a CRC over the whole flash was asked for.</summary>
    public bool WholeCrc { get; private set; }

    /// <summary>Number of the first erase request; 0 for none.</summary>
    public int FirstEraseAtCommand { get; private set; }

    /// <summary>Number of the first program request; 0 for none.</summary>
    public int FirstProgramAtCommand { get; private set; }

    /// <summary>Sectors that had been read when the first erase or program came.</summary>
    public int SectorsReadBeforeFirstTouch { get; private set; }

    /// <summary>Whether the whole flash's CRC had been asked for by then.</summary>
    public bool WholeCrcBeforeFirstTouch { get; private set; }

    public void CountCommand() => Commands++;

    public void CountRead(uint address)
    {
        Reads++;
        ref bool read = ref _read[address / NorFlash.SectorBytes % _read.Length];
        if (!read)
            SectorsRead++;
        read = true;
    }

    public void CountCrc(uint bytes)
    {
        Crcs++;
        WholeCrc |= bytes == _read.Length * NorFlash.SectorBytes;
    }

    public void CountErase()
    {
        Touch();
        FirstEraseAtCommand = FirstEraseAtCommand == 0 ? Commands : FirstEraseAtCommand;
    }

    public void CountProgram()
    {
        Touch();
        FirstProgramAtCommand = FirstProgramAtCommand == 0 ? Commands : FirstProgramAtCommand;
    }

    private void Touch()
    {
        if (FirstEraseAtCommand != 0 || FirstProgramAtCommand != 0)
            return;
        SectorsReadBeforeFirstTouch = SectorsRead;
        WholeCrcBeforeFirstTouch = WholeCrc;
    }
}
