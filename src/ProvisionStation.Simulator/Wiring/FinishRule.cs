namespace ProvisionStation.Simulator.Wiring;

/// <summary>When a stand-in operator takes a unit out of its slot.</summary>
internal sealed class FinishRule
{
    private const int WorkReads = 64;
    private const int LooksAfterWork = 2;
    private const int SilentCycles = 6;

    private bool _hasWorked;
    private bool _hasAnswered;
    private int _looks;
    private int _silent;

    /// <summary>True where it gives no answer any more, or never gave one.</summary>
    public bool IsSilent => _silent >= SilentCycles;

    /// <summary>Looks at which the slot still has to be empty.</summary>
    public int EmptyLooksLeft { get; set; }

    /// <summary>A power cycle is over.</summary>
    /// <returns>True where the unit comes out.</returns>
    public bool IsFinished(CycleReport cycle)
    {
        if (cycle.Reads >= WorkReads || cycle.Touches > 0)
        {
            (_hasWorked, _hasAnswered, _looks, _silent) = (true, true, 0, 0);
        }
        else if (cycle.WasLinked)
        {
            (_hasAnswered, _silent) = (true, 0);
            _looks += _hasWorked ? 1 : 0;
        }
        else if (cycle.Starts == 0 || !_hasAnswered)
        {
            _silent++;
        }

        return _looks >= LooksAfterWork || IsSilent;
    }
}
