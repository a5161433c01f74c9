namespace ProvisionStation.Simulator.Modules;

/// <summary>One start of an application: what it says when, and what becomes of it.</summary>
/// <param name="Lines">The log, each line with its moment, in order.</param>
/// <param name="CompleteAt">When its boot is complete; <see cref="long.MaxValue"/> for never.</param>
/// <param name="RestartAt">When it starts again by itself; <see cref="long.MaxValue"/> for never.</param>
internal sealed record ApplicationRun(IReadOnlyList<(long At, byte[] Text)> Lines, long CompleteAt, long RestartAt)
{
    private int _said;

    /// <summary>When something happens next.</summary>
    public long NextDue
    {
        get
        {
            long line = _said < Lines.Count ? Lines[_said].At : long.MaxValue;
            return Math.Min(RestartAt, Math.Min(IsComplete ? long.MaxValue : CompleteAt, line));
        }
    }

    /// <summary>True once the boot was seen to complete.</summary>
    public bool IsComplete { get; set; }

    /// <summary>The next line that is due, or null.</summary>
    public (long At, byte[] Text)? NextLine(long now) => _said < Lines.Count && Lines[_said].At <= now ? Lines[_said++] : null;
}
